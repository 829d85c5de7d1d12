import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestNode } from './nodes.ts';

async function pair() {
  const stack = new AsyncDisposableStack();
  const east = stack.use(await TestNode.start({ options: { name: 'east' } }));
  const west = stack.use(await TestNode.start({ options: { name: 'west' } }));
  await join(east, west, 'west');
  await join(west, east, 'east');
  return { east, west, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const join = async (parent: TestNode, child: TestNode, name: string) =>
  parent.pairing.join({ invitation: await child.invite(), name });

const peers = ({ pairing }: TestNode) =>
  pairing.list().peers.map(({ name, role, state }) => `${name} ${role} ${state}`);

test('two nodes are parent and child of each other, each by one name', async () => {
  await using both = await pair();
  const { east, west } = both;
  assert.deepEqual(peers(east), ['west child paired', 'west parent paired']);
  assert.deepEqual(peers(west), ['east child paired', 'east parent paired']);
  const renewals = await Promise.all([east, west].map(({ pairing }) => pairing.renew()));
  // The first one is as a parent. As a child one asks, and what the other renews meanwhile may be the answer.
  for (const [asParent] of renewals) assert.equal(asParent?.error, undefined);
});

test('whoever revokes such a peer ends it in both roles', async () => {
  await using both = await pair();
  const { east, west } = both;
  const revoked = await east.pairing.revoke('west');
  assert.deepEqual(
    revoked.map(({ role, state }) => `${role} ${state}`),
    ['child revoked', 'parent revoked'],
  );
  assert.deepEqual(peers(west), ['east child paired']);
  const [renewal] = await west.pairing.renew('east');
  assert.match(renewal?.error ?? '', /does not know this node/);
  await join(east, west, 'west');
  assert.deepEqual(peers(east), ['west child paired', 'west parent revoked']);
});

test('a name that a parent has is refused for a child that is another node, and its invitation stays good', async () => {
  await using both = await pair();
  const { east } = both;
  await using other = await TestNode.start({ options: { name: 'other' } });
  await using third = await TestNode.start({ options: { name: 'third' } });
  await join(third, east, 'east');
  const invitation = await other.invite();
  await assert.rejects(east.pairing.join({ invitation, name: 'third' }), { code: 'name-taken' });
  assert.equal(other.pairing.list().invitations.length, 1);
  assert.equal((await east.pairing.join({ invitation, name: 'fourth' })).name, 'fourth');
  await assert.rejects(join(east, other, 'third'), { code: 'name-taken' });
});

test('a parent that calls itself as a child does that is another node gets a number', async () => {
  await using east = await TestNode.start();
  await using child = await TestNode.start();
  await using parent = await TestNode.start({ options: { name: 'front' } });
  await join(east, child, 'front');
  await join(parent, east, 'east');
  assert.deepEqual(peers(east), ['front child paired', 'front-2 parent paired']);
});
