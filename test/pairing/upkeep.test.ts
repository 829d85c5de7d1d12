import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeTime, passing, until } from './fake-time.ts';
import { TestNode } from './nodes.ts';

const minuteMs = 60_000;

/** A parent and a child, paired, by one time of day. */
async function pair(lifetimeMinutes = 2) {
  const time = new FakeTime();
  const stack = new AsyncDisposableStack();
  const wish = {
    now: time.now,
    clock: time.clock,
    options: { certificateLifetime: lifetimeMinutes * minuteMs },
  };
  const child = stack.use(await TestNode.start(wish));
  const parent = stack.use(await TestNode.start(wish));
  await parent.pairing.join({ invitation: await child.invite() });
  const untilMs = () => Date.parse(parent.pairing.list().peers[0]!.certificateUntil!);
  return { time, wish, child, parent, untilMs, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const isRenewal = (asked: string) => asked === 'parent renewal';

test('certificates are renewed at half of their life, again and again', async () => {
  await using both = await pair();
  const { time, child, parent, untilMs } = both;
  for (let round = 1; round <= 10; round++) {
    const before = untilMs();
    const own = parent.pairing.children()[0]!.certificate.cert;
    time.advance(minuteMs - 1);
    assert.equal(child.port.asked.filter(isRenewal).length, round - 1);
    time.advance(1);
    await until(() => untilMs() === before + minuteMs);
    await until(() => parent.pairing.children()[0]!.certificate.cert !== own);
  }
  const { address, serverName, authorities } = parent.pairing.children()[0]!;
  assert.ok(address && serverName && authorities.length === 1);
});

test('a child that is away is tried again, and heals when it is back, however late', async () => {
  await using both = await pair();
  const { time, wish, child, untilMs } = both;
  const before = untilMs();
  await child.stop();
  for (let passed = 0; passed < 6; passed++) {
    time.advance(minuteMs);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(untilMs(), before);
  await child.start(wish);
  await passing(time, () => untilMs() > before + 5 * minuteMs);
});

test('one child that is away holds up none of the others', async () => {
  await using both = await pair();
  const { time, wish, child, parent } = both;
  await using other = await TestNode.start(wish);
  await parent.pairing.join({ invitation: await other.invite(), name: 'west' });
  await child.stop();
  time.advance(minuteMs);
  await until(() => other.port.asked.some(isRenewal));
});

test('a roll-over moves the children to a new authority; one that is away follows when it is back', async () => {
  await using both = await pair(600);
  const { time, wish, child, parent } = both;
  await using away = await TestNode.start(wish);
  await parent.pairing.join({ invitation: await away.invite(), name: 'west' });
  const names = () => new Map(parent.pairing.children().map((each) => [each.name, each.serverName]));
  const before = names();
  await away.stop();
  const renewals = await parent.pairing.rollOver();
  assert.deepEqual(renewals.map(({ name, error }) => [name, error === undefined]).sort(), [
    ['east', true],
    ['west', false],
  ]);
  assert.notEqual(names().get('east'), before.get('east'));
  assert.equal(names().get('west'), before.get('west'));
  assert.equal(new Set(parent.pairing.children().flatMap(({ authorities }) => authorities)).size, 2);
  // Until the parent has been seen under its new authority, it may still come under the old one.
  const admitted = child.pairing.uplinkTls().filter(({ admission }) => admission.kind === 'parent');
  assert.equal(admitted.length, 2);
  assert.equal(new Set(admitted.map(({ admission }) => admission.kind === 'parent' && admission.id)).size, 1);
  await away.start(wish);
  await passing(time, () => names().get('west') !== before.get('west'));
  assert.equal(new Set(parent.pairing.children().flatMap(({ authorities }) => authorities)).size, 1);
});

test('an authority that a child knows no more of has ended with its certificate', async () => {
  await using both = await pair();
  const { time, child, parent } = both;
  await parent.pairing.rollOver();
  const known = () => child.pairing.uplinkTls().filter(({ admission }) => admission.kind === 'parent').length;
  assert.equal(known(), 2);
  time.advance(2 * minuteMs);
  await until(() => known() === 1);
  assert.equal((await parent.pairing.renew('east'))[0]?.error, undefined);
});

test('a child that is doubted is seen to at once, but not again and again', async () => {
  await using both = await pair(600);
  const { time, child, parent } = both;
  const renewals = () => child.port.asked.filter(isRenewal).length;
  parent.pairing.doubt('east');
  await until(() => renewals() === 1);
  parent.pairing.doubt('east');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(renewals(), 1);
  time.advance(10_000);
  parent.pairing.doubt('east');
  await until(() => renewals() === 2);
});

test('a parent that was off for long comes back with certificates of its own that are good', async () => {
  await using both = await pair();
  const { time, wish, parent } = both;
  await parent.stop();
  time.advance(10 * minuteMs);
  await parent.start(wish);
  assert.equal((await parent.pairing.renew('east'))[0]?.error, undefined);
});

test('an authority is to be replaced within its last year, while there are children who know it', async () => {
  await using both = await pair();
  const { time, parent } = both;
  const codes = () => parent.pairing.problems().map(({ code }) => code);
  const yearMs = 365 * 24 * 60 * minuteMs;
  time.advance(9 * yearMs - minuteMs);
  assert.deepEqual(codes(), []);
  time.advance(2 * minuteMs);
  assert.deepEqual(codes(), ['authority-expires-soon']);
  await parent.pairing.rollOver();
  assert.ok(!codes().includes('authority-expires-soon'));
});

test('a name that nobody has cannot be renewed', async () => {
  await using both = await pair();
  await assert.rejects(both.parent.pairing.renew('nobody'), { code: 'peer-unknown' });
});

test('a clock that was set back asks for certificates that are good by it', async () => {
  await using both = await pair();
  const { time, child, parent, untilMs } = both;
  const before = { untilMs: untilMs(), own: parent.pairing.children()[0]!.certificate.cert };
  time.advance(-10 * minuteMs);
  time.advance(0);
  parent.pairing.doubt('east');
  await until(() => child.port.asked.some(isRenewal));
  await until(() => untilMs() === before.untilMs - 10 * minuteMs);
});
