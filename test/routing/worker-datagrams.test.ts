import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CellViews, SharedCells } from '../../src/balancing/shared-cells.ts';
import { balancerWords } from '../../src/balancing/smooth-round-robin.ts';
import type { RecordKind, WireRecord } from '../../src/model/wire.ts';
import { Forwarders } from '../../src/proxy/forwarders.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';
import { WorkerRouting } from '../../src/routing/worker/worker-routing.ts';

const record = (kind: RecordKind, name: string, value: object): WireRecord =>
  ({ kind, name, hash: JSON.stringify(value), value }) as unknown as WireRecord;

test('datagrams go to weighted services by weight, whichever worker has the client', async () => {
  using wheel = new TimerWheel();
  const views = new CellViews();
  const cells = new SharedCells({ publish: (segment, memory) => views.add(segment, memory) });
  const cell = cells.acquire('turns', balancerWords(2));
  const worker = (place: number) =>
    new WorkerRouting({
      forwarders: new Forwarders({ wheel }),
      cells: views,
      // Nobody speaks TLS here.
      ticketKeys: undefined as never,
      uplinkEntryPoints: new Set(),
      hopsMax: 4,
      isDiscovering: false,
      terminatingStatus: 503,
      wheel,
      metrics: undefined,
      place,
      now: () => 0,
      random: Math.random,
    });
  const over = (address: string) => ({
    type: 'loadBalancer',
    value: { servers: [address], cell: undefined },
  });
  const parts = [
    { name: 'a', weight: 3 },
    { name: 'b', weight: 1 },
  ];
  const put = [
    record('udpService', 'a', over('10.0.0.1:53')),
    record('udpService', 'b', over('[fd00::1]:53')),
    record('udpService', 'both', { type: 'weighted', value: { services: parts, cell } }),
    record('udpRouter', 'r dns', { router: 'r', entryPoint: 'dns', service: 'both' }),
  ];
  const workers = [worker(0), worker(1)];
  for (const routing of workers) {
    assert.deepEqual(await routing.prepare({ put, remove: [] }), []);
    routing.commit();
  }
  const hosts = Array.from(
    { length: 8 },
    (_, turn) => workers[turn % 2]!.datagrams('dns')?.next(true)?.server.host,
  );
  assert.equal(hosts.filter((host) => host === '10.0.0.1').length, 6);
  assert.equal(hosts.filter((host) => host === 'fd00::1').length, 2);
  const [first] = workers;
  await first!.prepare({ put: [], remove: [{ kind: 'udpRouter', name: 'r dns' }] });
  first!.commit();
  assert.equal(first!.datagrams('dns'), undefined);
});
