import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedCounts, sharedCountWords } from '../../src/balancing/shared-counts.ts';

const memory = () => new Int32Array(new SharedArrayBuffer(sharedCountWords * 4));

test('the limit holds for all workers together, by key', () => {
  const cell = memory();
  const [one, other] = [new SharedCounts(cell, 0), new SharedCounts(cell, 1)];
  assert.deepEqual([one.enter('a', 2), other.enter('a', 2), one.enter('a', 2)], [true, true, false]);
  assert.equal(other.enter('b', 2), true);
  other.leave('a');
  assert.deepEqual([one.enter('a', 2), other.enter('a', 2)], [true, false]);
});

test('nothing is let in when nothing may be', () => {
  assert.equal(new SharedCounts(memory(), 0).enter('a', 0), false);
});

test('what a dead worker had counted is forgotten when another takes its place', () => {
  const cell = memory();
  const survivor = new SharedCounts(cell, 1);
  survivor.enter('a', 9);
  new SharedCounts(cell, 0).enter('a', 9);
  assert.equal(survivor.enter('a', 2), false);
  new SharedCounts(cell, 0);
  assert.equal(survivor.enter('a', 2), true);
});

test('leaving what was never entered changes nothing', () => {
  const cell = memory();
  const [one, other] = [new SharedCounts(cell, 0), new SharedCounts(cell, 1)];
  one.enter('a', 1);
  other.leave('a');
  assert.equal(other.enter('a', 1), false);
});

test('thousands of keys have room at once, and it is free again when they have left', () => {
  const counts = new SharedCounts(memory(), 0);
  const keys = Array.from({ length: 1000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  for (let round = 0; round < 3; round++) {
    for (const key of keys) counts.enter(key, 1);
    const again = keys.filter((key) => counts.enter(key, 1));
    assert.deepEqual(again, []);
    for (const key of keys) counts.leave(key);
  }
});
