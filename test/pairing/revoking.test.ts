import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestNode } from './nodes.ts';

async function pair() {
  const stack = new AsyncDisposableStack();
  const child = stack.use(await TestNode.start({ options: { name: 'east' } }));
  const parent = stack.use(await TestNode.start({ options: { name: 'front' } }));
  await parent.pairing.join({ invitation: await child.invite() });
  return { child, parent, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const states = ({ pairing }: TestNode) => pairing.list().peers.map(({ name, state }) => `${name} ${state}`);

test('a parent that is revoked is known, and refused for that, also after a restart', async () => {
  await using both = await pair();
  const { child, parent } = both;
  assert.equal((await child.pairing.revoke('front'))[0]?.state, 'revoked');
  await child.stop();
  await child.start();
  assert.deepEqual(states(child), ['front revoked']);
  const admissions = child.pairing.uplinkTls().map(({ admission }) => admission);
  assert.ok(admissions.some((each) => each.kind === 'parent' && each.revoked));
  const [renewal] = await parent.pairing.renew('east');
  assert.match(renewal!.error!, /does not know this node as its parent/);
  assert.equal(parent.pairing.problems()[0]?.code, 'not-paired');
  assert.deepEqual(parent.pairing.list().problems, parent.pairing.problems());
});

test('a child that is revoked hears of it, and forgets the parent', async () => {
  await using both = await pair();
  const { child, parent } = both;
  const [revoked] = await parent.pairing.revoke('east');
  assert.deepEqual(
    [revoked?.name, revoked?.state, revoked?.certificateUntil],
    ['east', 'revoked', undefined],
  );
  assert.deepEqual(parent.pairing.children(), []);
  assert.deepEqual(states(child), []);
  await parent.stop();
  await parent.start();
  assert.deepEqual(states(parent), ['east revoked']);
  assert.deepEqual(parent.pairing.children(), []);
});

test('a child that is away is revoked all the same', async () => {
  await using both = await pair();
  const { child, parent } = both;
  await child.stop();
  await parent.pairing.revoke('east');
  assert.deepEqual(states(parent), ['east revoked']);
});

test('who was revoked comes back by a new invitation, and by nothing else', async () => {
  await using both = await pair();
  const { child, parent } = both;
  await child.pairing.revoke('front');
  await parent.pairing.revoke('east');
  await parent.pairing.join({ invitation: await child.invite() });
  assert.deepEqual(states(child), ['front paired']);
  assert.deepEqual(states(parent), ['east paired']);
});

test('who is revoked twice stays so, and a stranger cannot be', async () => {
  await using both = await pair();
  const { child } = both;
  await child.pairing.revoke('front');
  assert.equal((await child.pairing.revoke('front'))[0]?.state, 'revoked');
  await assert.rejects(child.pairing.revoke('nobody'), { code: 'peer-unknown' });
});

test('whoever takes an invitation for a peer is told how it is withdrawn', async () => {
  await using child = await TestNode.start();
  await child.invite();
  const { id } = child.pairing.list().invitations[0]!;
  await assert.rejects(child.pairing.revoke(id), {
    code: 'peer-unknown',
    remedy: new RegExp(`--invitation ${id}`),
  });
  assert.equal(child.pairing.list().invitations.length, 1);
});
