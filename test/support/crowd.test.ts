import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Crowd } from '../../src/support/crowd.ts';

test('whoever has left is not there any more, whatever the order', () => {
  const crowd = new Crowd<string>();
  const [a, b, c] = ['a', 'b', 'c'].map((each) => crowd.add(each));
  crowd.remove(a!);
  assert.deepEqual([...crowd].sort(), ['b', 'c']);
  crowd.remove(c!);
  assert.deepEqual([...crowd], ['b']);
  crowd.remove(b!);
  assert.equal(crowd.size, 0);
});

test('to leave twice has no effect', () => {
  const crowd = new Crowd<string>();
  const a = crowd.add('a');
  crowd.remove(a);
  crowd.add('b');
  crowd.remove(a);
  assert.deepEqual([...crowd], ['b']);
});

test('members may leave while all are visited', () => {
  const crowd = new Crowd<number>();
  const seats = [0, 1, 2].map((each) => crowd.add(each));
  const visited: number[] = [];
  for (const each of crowd) {
    visited.push(each);
    for (const seat of seats) crowd.remove(seat);
  }
  assert.deepEqual(visited, [0, 1, 2]);
  assert.equal(crowd.size, 0);
});
