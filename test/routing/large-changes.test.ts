import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CellViews } from '../../src/balancing/shared-cells.ts';
import type { Exchange } from '../../src/model/exchange.ts';
import type { WireRecord } from '../../src/model/wire.ts';
import { Forwarders } from '../../src/proxy/forwarders.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';
import { WorkerRouting } from '../../src/routing/worker/worker-routing.ts';

const count = 4000;
const numbers = Array.from({ length: count }, (_, number) => number);

const service: WireRecord = {
  kind: 'service',
  name: 'noop',
  hash: '1',
  value: { type: 'internal', value: { answer: 'noop' }, middlewares: [] },
};

/** The same record under another router's name, so that one sees which generation has answered. */
const router = (number: number, generation: string): WireRecord => ({
  kind: 'router',
  name: `${number}`,
  hash: generation,
  value: {
    router: `${number} ${generation}`,
    entryPoint: 'web',
    tls: false,
    tlsOptions: undefined,
    rule: `Host(\`${number}.lan\`)`,
    ruleSyntax: 'v3',
    priority: 1n,
    precedence: 0,
    middlewares: [],
    service: 'noop',
    deniedEscapes: [],
    recursionGuard: undefined,
    metrics: false,
    uplinks: [],
  },
});

function workerOf(wheel: TimerWheel): WorkerRouting {
  return new WorkerRouting({
    forwarders: new Forwarders({ wheel }),
    cells: new CellViews(),
    // Nobody speaks TLS here.
    ticketKeys: undefined as never,
    uplinkEntryPoints: new Set(),
    hopsMax: 4,
    terminatingStatus: 503,
    wheel,
    place: 0,
    now: () => 0,
    random: Math.random,
  });
}

/** Which router has a request for the host; undefined for none. */
function routerFor(worker: WorkerRouting, host: string): string | undefined {
  const trail: { router?: string } = {};
  const exchange = { request: { canonicalHost: host, path: '/' }, client: {}, trail, reply: () => undefined };
  worker.handler('web', false).handle(exchange as unknown as Exchange);
  return trail.router;
}

/** How often others had their turn until it was over. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await work;
  isOver = true;
  return turns;
}

test('a large change comes in parts, is built while others have their turn, and is served as a whole', async () => {
  using wheel = new TimerWheel();
  const worker = workerOf(wheel);
  const all = (generation: string) => numbers.map((number) => router(number, generation));
  const served = () => new Set(numbers.map((number) => routerFor(worker, `${number}.lan`)?.split(' ')[1]));
  await worker.prepare({ put: [service, ...all('first')], remove: [] });
  assert.deepEqual([...served()], [undefined]);
  worker.commit();
  assert.deepEqual([...served()], ['first']);
  worker.take(all('second').slice(0, 3000));
  const preparing = worker.prepare({ put: all('second').slice(3000), remove: [] });
  const turns = await turnsDuring(preparing);
  assert.ok(turns > 3, `${turns} turns`);
  assert.deepEqual([...served()], ['first']);
  worker.commit();
  assert.deepEqual([...served()], ['second']);
  await worker.settled;
});

test('what is large and what is small may follow each other at once', async () => {
  using wheel = new TimerWheel();
  const worker = workerOf(wheel);
  await worker.prepare({ put: [service, ...numbers.map((number) => router(number, 'first'))], remove: [] });
  worker.commit();
  await worker.prepare({ put: [router(7, 'small')], remove: [{ kind: 'router', name: '8' }] });
  worker.commit();
  const remove = numbers.slice(100).map((number) => ({ kind: 'router' as const, name: `${number}` }));
  await worker.prepare({ put: [router(9, 'large')], remove });
  worker.commit();
  await worker.settled;
  const hosts = ['6.lan', '7.lan', '8.lan', '9.lan', '99.lan', '100.lan'];
  assert.deepEqual(
    hosts.map((host) => routerFor(worker, host)),
    ['6 first', '7 small', undefined, '9 large', '99 first', undefined],
  );
});
