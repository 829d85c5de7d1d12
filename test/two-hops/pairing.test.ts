import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { askProgram } from '../../src/app/ask-program.ts';
import { ask, askUntil } from './client.ts';
import { EndlessAnswer, EndlessServer } from './endless-answer.ts';
import { type PairingNode, PairingNodes } from './pairing-nodes.ts';
import { SteadyLoad } from './steady-load.ts';

const offering = ({ url }: EndlessServer) => ({
  routers: { one: { rule: 'PathPrefix(`/`)', service: 'one', uplinks: ['shop'] } },
  services: { one: { loadBalancer: { servers: [{ url }] } } },
});
const using = { routers: { shop: { rule: 'Host(`shop.test`)', service: 'shop@multicluster' } } };
const host = 'shop.test';
const question = ({ web }: PairingNode) => ({ port: web, headers: { Host: host } });

interface Listed {
  readonly peers: readonly {
    readonly name: string;
    readonly role: string;
    readonly state: string;
    readonly certificateUntil: string;
  }[];
}

/** Name, role and state of each peer. */
async function peers({ program }: PairingNode): Promise<string[]> {
  const answer = await askProgram(program.dataDirectory, { method: 'GET', path: '/api/pairing' });
  assert.ok(answer.ok);
  const { peers: all } = answer.value as Listed;
  return all.map(({ name, role, state }) => `${name} ${role} ${state}`);
}

/** When the certificate of the one child ends. */
async function certificateUntil({ program }: PairingNode): Promise<string> {
  const answer = await askProgram(program.dataDirectory, { method: 'GET', path: '/api/pairing' });
  assert.ok(answer.ok);
  return (answer.value as Listed).peers[0]!.certificateUntil;
}

const notLong =
  process.env['FAIRLEAD_TEST_LONG'] !== 'true' && 'takes minutes: FAIRLEAD_TEST_LONG=true runs it';

/** Pairs them by hand, as people do. */
async function join(parent: PairingNode, child: PairingNode): Promise<string> {
  const invitation = await child.program.pair('invite', '--address', `127.0.0.1:${child.uplink}`);
  await parent.program.pair('join', invitation);
  return invitation;
}

async function open() {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await new EndlessServer().listen());
  const nodes = stack.use(new PairingNodes());
  return { server, nodes, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const rejectedWith = (pattern: RegExp) => (error: { stderr: string }) => {
  assert.match(error.stderr, pattern);
  return true;
};

describe('two nodes that pair', { timeout: 600_000 }, () => {
  test('serve each other within a second, without a restart, and after one', async () => {
    await using place = await open();
    const child = await place.nodes.start({ name: 'child', http: offering(place.server) });
    const parent = await place.nodes.start({ name: 'parent', http: using });
    assert.equal((await ask(question(parent))).status, 503);
    const invitation = await join(parent, child);
    const startMs = performance.now();
    assert.equal((await askUntil(question(parent), 200)).body, 'here');
    assert.ok(performance.now() - startMs < 1_000);
    assert.deepEqual(await peers(parent), ['child child paired']);
    assert.deepEqual(await peers(child), ['parent parent paired']);
    await assert.rejects(
      parent.program.pair('join', '--name', 'again', `${invitation}x`),
      rejectedWith(/invitation/),
    );
    const [newParent, newChild] = [await parent.restart(), await child.restart()];
    assert.equal((await askUntil(question(newParent), 200)).body, 'here');
    assert.deepEqual(await peers(newChild), ['parent parent paired']);
  });

  test('lose nothing while certificates are renewed and the authority is replaced', async () => {
    await using place = await open();
    const child = await place.nodes.start({ name: 'child', http: offering(place.server) });
    const parent = await place.nodes.start({ name: 'parent', http: using });
    await join(parent, child);
    await askUntil(question(parent), 200);
    using endless = await EndlessAnswer.read({ port: parent.web, host });
    const load = new SteadyLoad({ port: parent.web, host });
    const renewal = { method: 'POST', path: '/api/pairing/renewals' } as const;
    for (let times = 0; times < 10; times += 1) {
      const answer = await askProgram(parent.program.dataDirectory, renewal);
      assert.ok(answer.ok);
      assert.deepEqual(
        (answer.value as { error?: string }[]).map(({ error }) => error),
        [undefined],
      );
    }
    assert.match(await parent.program.pair('renew', '--roll-over'), /renewed/);
    await sleep(500);
    const { asked, failed } = await load.end();
    assert.deepEqual(failed, []);
    assert.ok(asked > 500, `only ${asked} requests`);
    const bytes = endless.bytes;
    await sleep(200);
    assert.ok(endless.isOpen && endless.bytes > bytes, 'an answer under way goes on');
    const restarted = await parent.restart();
    assert.equal((await askUntil(question(restarted), 200)).status, 200);
  });

  test('lose nothing while certificates of one minute renew themselves ten times', {
    skip: notLong,
  }, async () => {
    await using place = await open();
    const child = await place.nodes.start({ name: 'child', http: offering(place.server) });
    const pairing = { certificateLifetime: '1m' };
    const parent = await place.nodes.start({ name: 'parent', http: using, pairing });
    await join(parent, child);
    await askUntil(question(parent), 200);
    using endless = await EndlessAnswer.read({ port: parent.web, host });
    const load = new SteadyLoad({ port: parent.web, host });
    const ends = new Set<string>();
    while (ends.size <= 10) {
      await sleep(1_000);
      ends.add(await certificateUntil(parent));
    }
    const { asked, failed } = await load.end();
    assert.deepEqual(failed, []);
    assert.ok(asked > 10_000, `only ${asked} requests`);
    assert.ok(endless.isOpen, 'an answer under way goes on');
  });

  for (const side of ['child', 'parent'] as const)
    test(`are apart at once when the ${side} revokes the other, and stay so`, async () => {
      await using place = await open();
      const child = await place.nodes.start({ name: 'child', http: offering(place.server) });
      const parent = await place.nodes.start({ name: 'parent', http: using });
      await join(parent, child);
      await askUntil(question(parent), 200);
      using endless = await EndlessAnswer.read({ port: parent.web, host });
      const [node, other] = side === 'child' ? [child, 'parent'] : [parent, 'child'];
      const startMs = performance.now();
      await node.program.pair('revoke', other);
      await endless.ended;
      assert.ok(performance.now() - startMs < 5_000);
      // The endless answer was cut; the next request has nowhere to go.
      assert.ok([502, 503].includes((await ask(question(parent))).status));
      const again = [await child.restart(), await parent.restart()] as const;
      assert.ok([502, 503].includes((await ask(question(again[1]))).status));
      assert.match((await peers(side === 'child' ? again[0] : again[1])).join(), /revoked/);
      // A new invitation makes it good.
      if (side === 'child') await again[1].program.pair('revoke', 'child').catch(() => undefined);
      await join(again[1], again[0]);
      assert.equal((await askUntil(question(again[1]), 200)).status, 200);
    });

  test('an invitation is good for one parent, and only until it is withdrawn', async () => {
    await using place = await open();
    const child = await place.nodes.start({ name: 'child', http: offering(place.server) });
    const one = await place.nodes.start({ name: 'one', http: using });
    const two = await place.nodes.start({ name: 'two', http: using });
    const invitation = await join(one, child);
    await assert.rejects(
      two.program.pair('join', invitation),
      rejectedWith(/used, withdrawn, or has expired/),
    );
    assert.match(child.program.log, /invitation-used/);
    await join(two, child);
    assert.equal((await askUntil(question(two), 200)).status, 200);
    assert.deepEqual((await peers(child)).sort(), ['one parent paired', 'two parent paired']);
  });
});

describe('two nodes with one secret', { timeout: 120_000 }, () => {
  const pairing = { secret: 'a secret of a good many characters' };
  const childOf = ({ uplink }: { uplink: number }) => ({
    children: { child: { address: `https://127.0.0.1:${uplink}` } },
  });

  for (const first of ['child', 'parent'] as const)
    test(`pair without hands, the ${first} being started first`, async () => {
      await using place = await open();
      const ports = await place.nodes.ports();
      const startChild = () =>
        place.nodes.start({ name: 'child', http: offering(place.server), pairing, ports });
      const startParent = () =>
        place.nodes.start({ name: 'parent', http: using, pairing, multicluster: childOf(ports) });
      if (first === 'child') await startChild();
      const parent = await startParent();
      if (first === 'parent') await startChild();
      assert.equal((await askUntil(question(parent), 200)).status, 200);
    });

  test('let a side in again that lost its data only where that is allowed', async () => {
    for (const rejoin of [false, true]) {
      await using place = await open();
      const ports = await place.nodes.ports();
      const allowed = { ...pairing, rejoin };
      const child = await place.nodes.start({
        name: 'child',
        http: offering(place.server),
        pairing: allowed,
        ports,
      });
      const parent = await place.nodes.start({
        name: 'parent',
        http: using,
        pairing: allowed,
        multicluster: childOf(ports),
      });
      assert.equal((await askUntil(question(parent), 200)).status, 200);
      await parent.forget();
      const restarted = await parent.restart();
      if (rejoin) assert.equal((await askUntil(question(restarted), 200)).status, 200);
      else {
        while (!/rejoin/.test(restarted.program.log + child.program.log)) await sleep(50);
        assert.equal((await ask(question(restarted))).status, 503);
      }
    }
  });
});
