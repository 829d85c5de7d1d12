import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Doorkeeper } from '../../src/proxy/udp/doorkeeper.ts';
import { type Doubted, Doubts, isBeyondDoubt } from '../../src/proxy/udp/doubts.ts';

class Session implements Doubted {
  line: Doubted['line'] = undefined;
  before: Doubted['before'] = undefined;
  behind: Doubted['behind'] = undefined;
  hasReturned = false;
  isAnswered = false;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

test('strangers go first, then those of whom one thing is known, the longest silent first; others never', () => {
  const doubts = new Doubts<Session>();
  const sessions = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => new Session(name));
  const [a, b, c, d, e, f] = sessions as [Session, Session, Session, Session, Session, Session];
  for (const session of sessions) doubts.enter(session);
  doubts.returned(a);
  doubts.answered(b);
  doubts.answered(c);
  doubts.returned(c);
  doubts.returned(a);
  doubts.leave(e);
  const order: string[] = [];
  for (let first = doubts.first; first; first = doubts.first) {
    order.push(first.name);
    doubts.leave(first);
  }
  assert.deepEqual(
    order,
    [d, f, b, a].map(({ name }) => name),
  );
  assert.deepEqual([isBeyondDoubt(c), isBeyondDoubt(a)], [true, false]);
});

test('in a full house few strangers get in at once, others when they come again, and all of them not too many', () => {
  let now = 10_000;
  const door = new Doorkeeper({ places: 800, now: () => now });
  const flood = Array.from({ length: 50_000 }, (_, index) => `198.51.${index >> 8}.${index & 255} 53`);
  const admitted = () => flood.filter((client) => door.admits(client)).length;
  const few = admitted();
  assert.ok(few >= 100 && few < 150, String(few));
  assert.equal(door.admits('10.0.0.1 4000'), false);
  assert.equal(door.admits('10.0.0.1 4000'), true, 'it has come before');
  now += 2000;
  assert.equal(flood.slice(0, 1000).filter((client) => door.admits(client)).length, 800);
  now += 4000;
  assert.ok(admitted() < 150, 'they have been forgotten');
});

test('hardly a stranger is taken for one who has come before', () => {
  const door = new Doorkeeper({ places: 80_000, now: () => 1 });
  for (let index = 0; index < 10_000; index++) door.admits(`in ${index}`);
  for (let index = 0; index < 200_000; index++) door.admits(`192.0.2.${index % 251} ${index}`);
  const taken = Array.from({ length: 10_000 }, (_, index) => door.admits(`203.0.113.9 ${index}`));
  assert.ok(taken.filter(Boolean).length < 300, `${taken.filter(Boolean).length} of 10000`);
});
