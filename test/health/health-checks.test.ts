import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { HealthFlags, healthFlagWords } from '../../src/balancing/health-flags.ts';
import { SharedCells } from '../../src/balancing/shared-cells.ts';
import type { CheckedService, TcpQuestion } from '../../src/health/checked-service.ts';
import { HealthChecks } from '../../src/health/health-checks.ts';
import type { Problem } from '../../src/model/problem.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { transport } from '../proxy/stream-rig.ts';

class Rig implements Disposable {
  readonly cells = new SharedCells({ publish: () => {} });
  readonly log: string[] = [];
  problems: readonly Problem[] = [];
  #onChange = (): void => {};
  readonly checks = new HealthChecks({
    cells: this.cells,
    log: { info: (text: string) => this.log.push(text) },
    onProblems: (problems) => {
      this.problems = problems;
    },
    onChange: () => this.#onChange(),
    random: () => 0,
  });

  service(flags: string, ...ports: readonly number[]): CheckedService {
    const ref = this.cells.acquire(flags, healthFlagWords(ports.length));
    return {
      element: 'tcp service s@file',
      source: { provider: 'file', element: 'tcp service s@file' },
      flags: ref,
      servers: ports.map((port) => ({
        name: `127.0.0.1:${port}`,
        identity: 'same',
        question: {
          kind: 'tcp',
          address: `127.0.0.1:${port}`,
          tls: false,
          transport,
          proxyProtocol: undefined,
          send: '',
          expect: '',
          intervalMs: 20,
          unhealthyIntervalMs: 10,
          timeoutMs: 60_000,
        },
      })),
    };
  }

  up({ flags, servers }: CheckedService): boolean[] {
    const health = new HealthFlags(this.cells.view(flags));
    return servers.map((_, index) => health.isUsable(index));
  }

  /** Resolves with the next turn of any server. */
  turn(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const limit = setTimeout(() => reject(new Error('nothing has changed')), 60_000);
    this.#onChange = () => {
      clearTimeout(limit);
      resolve();
    };
    return promise;
  }

  [Symbol.dispose](): void {
    this.checks[Symbol.dispose]();
  }
}

async function listening(port: number): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

test('a server that goes down is found, told once, and back when it answers again', async () => {
  using rig = new Rig();
  const [one, other] = [await freePort(), await freePort()];
  const servers = [await listening(one), await listening(other)];
  const service = rig.service('flags', one, other);
  rig.checks.update([service]);
  assert.deepEqual(rig.up(service), [true, true]);
  servers[1]!.close();
  await rig.turn();
  assert.deepEqual(rig.up(service), [true, false]);
  const text = `The server 127.0.0.1:${other} of the tcp service s@file is down: connect ECONNREFUSED 127.0.0.1:${other}.`;
  assert.deepEqual(
    rig.problems.map((problem) => [problem.code, problem.source.element, problem.text]),
    [['server-down', 'tcp service s@file', text]],
  );
  servers[1] = await listening(other);
  await rig.turn();
  assert.deepEqual(rig.up(service), [true, true]);
  assert.deepEqual(rig.problems, []);
  assert.deepEqual(rig.log, [`The server 127.0.0.1:${other} of the tcp service s@file is up again.`]);
  for (const server of servers) server.close();
});

test('what is known of a server stays when others come and go', async () => {
  using rig = new Rig();
  const [dead, alive] = [await freePort(), await freePort()];
  const server = await listening(alive);
  rig.checks.update([rig.service('alone', dead)]);
  await rig.turn();
  const both = rig.service('both', alive, dead);
  rig.checks.update([both]);
  assert.deepEqual(rig.up(both), [true, false]);
  assert.equal(rig.problems.length, 1);
  rig.checks.update([rig.service('without', alive)]);
  assert.deepEqual(rig.problems, []);
  server.close();
});

test('a server that is down stays so when it is asked with other certificates, and is asked with those', async (context) => {
  using rig = new Rig();
  const port = await freePort();
  const service = rig.service('a', port);
  rig.checks.update([service]);
  await rig.turn();
  const server = await listening(0);
  context.after(() => server.close());
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const servers = service.servers.map((each) => ({
    ...each,
    question: { ...(each.question as TcpQuestion), address },
  }));
  const back = rig.turn();
  rig.checks.update([{ ...service, servers }]);
  assert.deepEqual([rig.up(service), rig.problems.length], [[false], 1]);
  await back;
  assert.deepEqual(rig.up(service), [true]);
});

test('what workers have found out by themselves holds until the server has answered', async () => {
  using rig = new Rig();
  const port = await freePort();
  const server = await listening(port);
  const service = rig.service('flags', port);
  rig.checks.update([service]);
  await once(server, 'connection');
  new HealthFlags(rig.cells.view(service.flags)).set(0, false);
  rig.checks.update([service]);
  assert.deepEqual(rig.up(service), [false]);
  await once(server, 'connection');
  for (let turns = 0; !rig.up(service)[0]; turns++) {
    assert.ok(turns < 5000, 'it has answered');
    await new Promise((done) => setTimeout(done, 5));
  }
  server.close();
});

test('nobody is asked any more once nobody wants to know', async () => {
  using rig = new Rig();
  const port = await freePort();
  const server = await listening(port);
  let asked = 0;
  server.on('connection', () => asked++);
  rig.checks.update([rig.service('flags', port)]);
  await once(server, 'connection');
  rig.checks.update([]);
  const before = asked;
  await new Promise((done) => setTimeout(done, 100));
  assert.ok(asked <= before + 1, 'one may have been under way');
  server.close();
});
