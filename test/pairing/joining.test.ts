import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeTime, until } from './fake-time.ts';
import { Middle } from './middle.ts';
import { TestNode } from './nodes.ts';

test('an invitation makes two nodes parent and child', async () => {
  await using child = await TestNode.start({ options: { name: 'east' } });
  await using parent = await TestNode.start({ options: { name: 'front' } });
  const joined = await parent.pairing.join({ invitation: await child.invite() });
  assert.deepEqual([joined.name, joined.state, joined.node], ['east', 'paired', child.node]);
  assert.equal(joined.fingerprint, child.pairing.list().node.fingerprint);
  const [seen] = child.pairing.list().peers;
  assert.deepEqual(
    [seen?.name, seen?.role, seen?.state, seen?.node],
    ['front', 'parent', 'paired', parent.node],
  );
  assert.deepEqual(child.port.asked, ['invited greeting', 'invited acceptance']);
  const [known] = parent.pairing.children();
  assert.equal(known?.address.href, `https://${child.port.address}/`);
  assert.deepEqual(child.pairing.list().invitations, []);
});

test('both know each other after a restart, and the parent renews as soon as it is asked to', async () => {
  await using child = await TestNode.start();
  await using parent = await TestNode.start();
  await parent.pairing.join({ invitation: await child.invite() });
  const [before] = [parent.pairing.list(), await Promise.all([parent.stop(), child.stop()])];
  await Promise.all([parent.start(), child.start()]);
  assert.deepEqual(parent.pairing.list().peers, before.peers);
  const [renewal] = await parent.pairing.renew('east');
  assert.equal(renewal?.error, undefined);
  assert.deepEqual(child.port.asked, ['parent renewal-request', 'parent renewal']);
});

test('one child has several parents, one parent several children, and a node may be both', async () => {
  await using east = await TestNode.start({ options: { name: 'east' } });
  await using west = await TestNode.start({ options: { name: 'west' } });
  await using front = await TestNode.start({ options: { name: 'front' } });
  const pair = async (parent: TestNode, child: TestNode, name: string) =>
    parent.pairing.join({ invitation: await child.invite(), name });
  await pair(front, east, 'east');
  await pair(front, west, 'west');
  await pair(west, east, 'cellar');
  const peers = (node: TestNode) =>
    node.pairing
      .list()
      .peers.map(({ name, role }) => `${role} ${name}`)
      .sort();
  assert.deepEqual(peers(front), ['child east', 'child west']);
  assert.deepEqual(peers(west), ['child cellar', 'parent front']);
  assert.deepEqual(peers(east), ['parent front', 'parent west']);
});

test('names of peers are unlike each other, and such that services can carry them', async () => {
  await using first = await TestNode.start({ options: { name: 'front' } });
  await using second = await TestNode.start({ options: { name: 'front.example.com' } });
  await using third = await TestNode.start({ options: { name: 'front' } });
  await using east = await TestNode.start();
  for (const parent of [first, second, third]) await parent.pairing.join({ invitation: await east.invite() });
  const names = east.pairing.list().peers.map(({ name }) => name);
  assert.deepEqual(names, ['front', 'front-example-com', 'front-2']);
  await using west = await TestNode.start();
  const taken = first.pairing.join({ invitation: await west.invite() });
  await assert.rejects(taken, { code: 'name-taken', remedy: /--name/ });
  assert.equal((await first.pairing.join({ invitation: await west.invite(), name: 'west' })).name, 'west');
});

test('an invitation is good for one parent, also when two come at once', async () => {
  await using child = await TestNode.start();
  await using first = await TestNode.start();
  await using second = await TestNode.start();
  const invitation = await child.invite();
  const outcomes = await Promise.allSettled([first, second].map((each) => each.pairing.join({ invitation })));
  const refusals = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
  assert.deepEqual(refusals, ['invitation-refused']);
  assert.equal(child.pairing.list().peers.length, 1);
  const children = [first, second].map(({ pairing }) => pairing.list().peers.length);
  assert.deepEqual(children.sort(), [0, 1]);
  await using late = await TestNode.start();
  await assert.rejects(late.pairing.join({ invitation }), { code: 'invitation-refused' });
});

test('one that was withdrawn, or is over on the child, lets nobody in', async () => {
  const time = new FakeTime();
  await using child = await TestNode.start({ now: time.now });
  await using parent = await TestNode.start();
  const invitation = await child.invite();
  await child.pairing.withdraw(child.pairing.list().invitations[0]!.id);
  await assert.rejects(parent.pairing.join({ invitation }), { code: 'invitation-refused' });
  await assert.rejects(child.pairing.withdraw('0123'), { code: 'invitation-refused' });
  const second = await child.invite();
  time.advance(60_000);
  await assert.rejects(parent.pairing.join({ invitation: second }), {
    code: 'invitation-expired',
    message: /^The child says: The invitation/,
  });
  assert.deepEqual(parent.pairing.list().peers, []);
});

test('to somebody in the middle not one byte is sent', async () => {
  await using child = await TestNode.start();
  await using parent = await TestNode.start();
  await using middle = await Middle.listen();
  const { invitation } = await child.pairing.invite({ addresses: [middle.address], expiresMs: 60_000 });
  await assert.rejects(parent.pairing.join({ invitation }), {
    code: 'fingerprint-wrong',
    message: /nothing was sent there/,
  });
  await until(() => middle.met === 1 && middle.left === 1);
  assert.equal(middle.bytes, 0);
  assert.deepEqual([child.port.asked, parent.pairing.list().peers], [[], []]);
});

test('of several addresses the one is used that leads to the child', async () => {
  await using child = await TestNode.start();
  await using parent = await TestNode.start();
  await using middle = await Middle.listen();
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const silentAddress = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const addresses = ['127.0.0.1:1', middle.address, silentAddress, child.port.address];
  const { invitation } = await child.pairing.invite({ addresses, expiresMs: 60_000 });
  const joined = await parent.pairing.join({ invitation });
  assert.deepEqual(joined.addresses, [child.port.address, ...addresses.slice(0, 3)]);
  silent.close();
  assert.equal(middle.bytes, 0);
});

test('why a child cannot be reached is told apart', async (context) => {
  await using child = await TestNode.start();
  await using parent = await TestNode.start();
  const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  );
  context.after(() => plain.close());
  await once(plain, 'listening');
  const plainAddress = `127.0.0.1:${(plain.address() as AddressInfo).port}`;
  const places: [address: string, message: RegExp][] = [
    ['127.0.0.1:1', /at 127\.0\.0\.1:1: nothing listens/],
    ['no.such.host.invalid:9443', /its name is not known|the DNS does not answer|nothing answers in time/],
    [plainAddress, /does not speak TLS/],
  ];
  for (const [address, message] of places) {
    const { invitation } = await child.pairing.invite({ addresses: [address], expiresMs: 60_000 });
    await assert.rejects(parent.pairing.join({ invitation }), { code: 'child-unreachable', message });
  }
});

test('a node does not become its own child', async () => {
  await using node = await TestNode.start();
  await assert.rejects(node.pairing.join({ invitation: await node.invite() }), { code: 'child-is-self' });
});

test('a parent that does not hear the last answer finds out that it was taken in', async () => {
  await using child = await TestNode.start();
  await using parent = await TestNode.start();
  child.port.before = (question, when, response) => {
    if (question === 'acceptance' && when === 'answer') response.socket?.destroy();
  };
  const joined = await parent.pairing.join({ invitation: await child.invite() });
  assert.equal(joined.state, 'paired');
  assert.deepEqual(child.port.asked.slice(2), ['parent renewal-request', 'parent renewal']);
});

test('a parent that was not heard may try again', async () => {
  await using child = await TestNode.start();
  await using parent = await TestNode.start();
  child.port.before = (question, _when, response) => {
    if (question === 'acceptance') response.destroy();
  };
  const invitation = await child.invite();
  await assert.rejects(parent.pairing.join({ invitation }), { code: 'invitation-refused' });
  assert.deepEqual(parent.pairing.children(), []);
  child.port.before = () => {};
  assert.equal((await parent.pairing.join({ invitation })).state, 'paired');
  assert.equal(parent.pairing.list().peers.length, 1);
});

test('a child that never took the parent in is forgotten after a while', async () => {
  const time = new FakeTime();
  await using child = await TestNode.start();
  await using parent = await TestNode.start({ now: time.now, clock: time.clock });
  child.port.before = (question, _when, response) => {
    if (question === 'acceptance') response.destroy();
  };
  await assert.rejects(parent.pairing.join({ invitation: await child.invite() }));
  assert.equal(parent.pairing.list().peers[0]?.state, 'joining');
  time.advance(30_000);
  await until(() => parent.pairing.list().peers.length === 0);
});

test('a parent that stopped before it heard the last answer goes on where it was', async () => {
  const time = new FakeTime();
  await using child = await TestNode.start();
  await using parent = await TestNode.start({ now: time.now, clock: time.clock });
  child.port.before = (question, when, response) => {
    if (question !== 'acceptance' || when !== 'answer') return;
    response.socket?.destroy();
    void child.stop();
  };
  await assert.rejects(parent.pairing.join({ invitation: await child.invite() }));
  assert.equal(parent.pairing.list().peers[0]?.state, 'joining');
  await parent.stop();
  await child.stop();
  await child.start();
  time.advance(60_000);
  await parent.start({ now: time.now, clock: time.clock });
  await until(() => parent.pairing.children().length === 1);
  assert.equal(parent.pairing.list().peers[0]?.state, 'paired');
});

test('an invitation that is redeemed twice by one parent changes what was agreed, and nothing else', async () => {
  await using child = await TestNode.start();
  await using parent = await TestNode.start();
  const invitation = await child.invite();
  await parent.pairing.join({ invitation });
  const again = await parent.pairing.join({ invitation, allow: ['shop-*'], maxWeight: 10 });
  assert.equal(again.name, 'east');
  const [known] = parent.pairing.children();
  assert.deepEqual([known?.allow, known?.maxWeight], [['shop-*'], 10]);
  assert.equal(child.pairing.list().peers.length, 1);
});

test('nothing that is shown or kept holds the secret of an invitation', async () => {
  await using child = await TestNode.start();
  const { id, invitation } = await child.pairing.invite({ addresses: ['192.0.2.1:9443'], expiresMs: 60_000 });
  const secret = Buffer.from(invitation.slice('fairlead-pair-1.'.length), 'base64url').subarray(0, 16);
  const file = join(child.directory, 'pairing.json');
  const kept = await readFile(file, 'utf8');
  for (const text of [kept, JSON.stringify(child.pairing.list()), JSON.stringify(child.pairing.uplinkTls())])
    for (const form of ['hex', 'base64', 'base64url'] as const)
      assert.ok(!text.includes(secret.toString(form)));
  assert.ok(kept.includes(id));
  assert.ok(!JSON.stringify(child.pairing.list()).includes('PRIVATE KEY'));
  assert.equal((await stat(file)).mode & 0o077, 0);
});

test('a clock that differs is told from a minute on', async () => {
  const ahead = () => Date.now() + 10 * 60_000;
  await using child = await TestNode.start({ now: ahead });
  await using parent = await TestNode.start();
  await parent.pairing.join({ invitation: await child.invite(3_600_000) });
  const [problem] = parent.pairing.problems();
  assert.equal(problem?.code, 'clock-differs');
  assert.match(problem.text, /east is 10 min ahead of/);
});
