import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Peer } from '../../src/model/peer.ts';
import { FakeTime, until } from './fake-time.ts';
import { TestNode } from './nodes.ts';

/** A child that is to be renewed, and its parent `front`. */
async function pair() {
  const time = new FakeTime();
  const stack = new AsyncDisposableStack();
  const wish = { now: time.now, clock: time.clock };
  const child = stack.use(await TestNode.start(wish));
  const parent = stack.use(await TestNode.start({ ...wish, options: { name: 'front' } }));
  await parent.pairing.join({ invitation: await child.invite() });
  return { time, child, parent, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** As the child's uplink port knows its parent. */
function parentOf({ pairing }: TestNode): Peer {
  const admissions = pairing.uplinkTls().map(({ admission }) => admission);
  return admissions.find((each) => each.kind === 'parent')!;
}

test('a child is renewed by a parent that hears of its wish', async () => {
  await using both = await pair();
  const { time, child, parent } = both;
  const peer = parentOf(child);
  const before = child.pairing.list().peers[0]!.certificateUntil!;
  time.advance(60_000);
  assert.equal(child.pairing.wishOf(peer), undefined);
  const renewing = child.pairing.renew('front');
  const wish = child.pairing.wishOf(peer);
  assert.ok(wish);
  assert.equal(child.pairing.wishOf(peer), wish);
  assert.equal(child.pairing.wishOf({ ...peer, id: 'another' }), undefined);
  parent.pairing.renewSoon('east');
  const [renewal] = await renewing;
  assert.deepEqual([renewal?.name, renewal?.role, renewal?.error], ['front', 'parent', undefined]);
  assert.ok(renewal!.certificateUntil! > before);
  assert.equal(child.pairing.wishOf(peer), undefined);
});

const outcomes: [what: string, isTold: boolean, expected: RegExp][] = [
  ['does not come', false, /not connected to this node/],
  ['does not do it', true, /was asked to, and has not done it yet/],
];

for (const [what, isTold, expected] of outcomes)
  test(`nobody waits long for a parent that ${what}, and the wish stays`, async () => {
    await using both = await pair();
    const { time, child } = both;
    const peer = parentOf(child);
    const renewing = child.pairing.renew();
    if (isTold) child.pairing.wishOf(peer);
    time.advance(8_000);
    assert.match((await renewing)[0]?.error ?? '', expected);
    assert.ok(child.pairing.wishOf(peer));
  });

test('a child that asks again and again is renewed once in a second', async () => {
  await using both = await pair();
  const { time, child, parent } = both;
  const renewals = () => child.port.asked.filter((asked) => asked === 'parent renewal').length;
  const ask = () => parent.pairing.renewSoon('east');
  ask();
  await until(() => renewals() === 1);
  for (let times = 0; times < 100; times++) ask();
  parent.pairing.renewSoon('nobody');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(renewals(), 1);
  time.advance(1_000);
  await until(() => renewals() === 2);
  time.advance(10_000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(renewals(), 2);
});

test('a parent that was revoked is asked for nothing', async () => {
  await using both = await pair();
  const { child } = both;
  await child.pairing.revoke('front');
  assert.deepEqual(await child.pairing.renew(), []);
  await assert.rejects(child.pairing.renew('front'), { code: 'peer-unknown' });
});
