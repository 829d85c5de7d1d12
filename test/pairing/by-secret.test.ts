import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeTime, passing, until } from './fake-time.ts';
import { type NodeWish, TestNode } from './nodes.ts';

const secret = 'correct horse battery staple';
const configured = (address: string) => [{ name: 'east', address, bySecret: true }];

const state = ({ pairing }: TestNode) => pairing.list().peers.map(({ name, state: its }) => `${name} ${its}`);

/** A child with the secret, and where it listens. */
const startChild = (wish: NodeWish = {}) =>
  TestNode.start({ ...wish, options: { secret, name: 'cellar', ...wish.options } });

const startParent = (address: string, wish: NodeWish = {}) =>
  TestNode.start({
    ...wish,
    configured: configured(address),
    options: { secret, name: 'front', ...wish.options },
  });

test('one secret on both sides pairs them, in the order child, parent', async () => {
  await using child = await startChild();
  await using parent = await startParent(child.port.address);
  await until(() => parent.pairing.children().length === 1);
  const [known] = parent.pairing.children();
  assert.deepEqual([known?.name, known?.address.host], ['east', child.port.address]);
  assert.deepEqual(state(child), ['front paired']);
  assert.deepEqual(parent.pairing.problems(), []);
});

test('and in the order parent, child', async () => {
  const time = new FakeTime();
  const { now, clock } = time;
  await using child = await startChild();
  const { address } = child.port;
  await child.stop();
  await using parent = await startParent(address, { now, clock });
  await until(() => parent.pairing.problems().length === 1);
  assert.equal(parent.pairing.problems()[0]?.code, 'child-unreachable');
  await child.start({ options: { secret } });
  await passing(time, () => parent.pairing.children().length === 1);
  assert.deepEqual(parent.pairing.problems(), []);
});

test('both come back after a restart without the secret being used again', async () => {
  await using child = await startChild();
  await using parent = await startParent(child.port.address);
  await until(() => parent.pairing.children().length === 1);
  await Promise.all([child.stop(), parent.stop()]);
  await child.start({ options: { secret } });
  await parent.start({ configured: configured(child.port.address), options: { secret } });
  await parent.pairing.renew('east');
  assert.deepEqual(child.port.asked, ['parent renewal-request', 'parent renewal']);
});

test('another secret is not the child, and nothing is sent to it', async () => {
  await using child = await startChild({ options: { secret: 'another secret altogether' } });
  await using parent = await startParent(child.port.address);
  await until(() => parent.pairing.problems().length === 1);
  const [problem] = parent.pairing.problems();
  assert.equal(problem?.code, 'fingerprint-wrong');
  assert.match(problem.text, /does not know the secret/);
  assert.deepEqual(child.port.asked, []);
});

test('a second parent finds no place, unless the child has one', async () => {
  await using child = await startChild();
  await using first = await startParent(child.port.address);
  await until(() => first.pairing.children().length === 1);
  {
    await using second = await startParent(child.port.address, { options: { name: 'back' } });
    await until(() => second.pairing.problems()[0]?.code === 'rejoin-refused');
  }
  await child.stop();
  await child.start({ options: { secret, maxParents: 2 } });
  await using third = await startParent(child.port.address, { options: { name: 'third' } });
  await until(() => third.pairing.children().length === 1);
  await using fourth = await startParent(child.port.address, { options: { name: 'fourth' } });
  await until(() => fourth.pairing.problems()[0]?.code === 'too-many-parents');
});

test('a parent that has lost its data directory comes back where the child allows it', async () => {
  await using child = await startChild();
  {
    await using lost = await startParent(child.port.address);
    await until(() => lost.pairing.children().length === 1);
  }
  await using refused = await startParent(child.port.address);
  await until(() => refused.pairing.problems()[0]?.code === 'rejoin-refused');
  assert.match(refused.pairing.problems()[0]!.remedy!, /pair revoke front.*hub\.pairing\.rejoin/);
  await child.stop();
  await child.start({ options: { secret, rejoin: true } });
  await using back = await startParent(child.port.address);
  await until(() => back.pairing.children().length === 1);
  assert.deepEqual(state(child), ['front paired']);
});

test('a child that has lost its data directory comes back where the parent allows it', async () => {
  const time = new FakeTime();
  const { now, clock } = time;
  let lost = await startChild();
  const { address } = lost.port;
  await using parent = await startParent(address, { now, clock });
  await until(() => parent.pairing.children().length === 1);
  const former = parent.pairing.children()[0]!.node;
  const port = Number(address.split(':')[1]);
  await lost[Symbol.asyncDispose]();
  lost = await TestNode.start({ options: { secret } }, port);
  await using child = lost;
  time.advance(60_000);
  parent.pairing.doubt('east');
  await until(() => parent.pairing.problems().some(({ code }) => code === 'rejoin-refused'));
  assert.equal(parent.pairing.children()[0]?.node, former);
  await parent.stop();
  await parent.start({
    ...{ now, clock, configured: configured(address) },
    options: { secret, rejoin: true },
  });
  parent.pairing.doubt('east');
  await until(() => parent.pairing.children()[0]?.node === child.node);
});

test('a parent that was revoked does not come back by the secret, whoever it says it is', async () => {
  await using child = await startChild({ options: { rejoin: true } });
  await using parent = await startParent(child.port.address);
  await until(() => parent.pairing.children().length === 1);
  await child.pairing.revoke('front');
  parent.pairing.doubt('east');
  await using disguised = await startParent(child.port.address, { options: { name: 'somebody' } });
  await until(() => disguised.pairing.problems()[0]?.code === 'invitation-refused');
  assert.deepEqual(state(child), ['front revoked']);
  await child.stop();
  await child.start({ options: { secret: 'a new secret, of many letters' } });
  await using next = await startParent(child.port.address, {
    options: { secret: 'a new secret, of many letters', name: 'next' },
  });
  await until(() => next.pairing.children().length === 1);
});

test('a child that was revoked is not brought back by the secret', async () => {
  await using child = await startChild();
  await using parent = await startParent(child.port.address);
  await until(() => parent.pairing.children().length === 1);
  await parent.pairing.revoke('east');
  await until(() => parent.pairing.problems()[0]?.code === 'rejoin-refused');
  assert.deepEqual(parent.pairing.children(), []);
});

test('a child of the secret that stands in the configuration no more is none', async () => {
  await using child = await startChild();
  await using parent = await startParent(child.port.address);
  await until(() => parent.pairing.children().length === 1);
  await parent.stop();
  await parent.start({ options: { secret } });
  assert.deepEqual(parent.pairing.children(), []);
});

test('two children that are one node are told, and neither takes the place of the other', async () => {
  const time = new FakeTime();
  await using child = await startChild();
  const { address } = child.port;
  const both = ['east', 'west'].map((name) => ({ name, address, bySecret: true }));
  await using parent = await TestNode.start({
    ...{ now: time.now, clock: time.clock, configured: both },
    options: { secret },
  });
  await until(() => parent.pairing.problems()[0]?.code === 'child-identity-shared');
  await until(() => parent.pairing.children().length === 1);
  const [first] = parent.pairing.children();
  for (let passed = 0; passed < 5; passed++) {
    time.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(
    parent.pairing.children().map(({ name }) => name),
    [first?.name],
  );
});
