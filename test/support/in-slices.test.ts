import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inSlices } from '../../src/support/in-slices.ts';

function* steps(count: number, onStep: () => void): Generator<void, string> {
  for (let step = 0; step < count; step++) {
    onStep();
    yield;
  }
  return 'done';
}

test('short work is done at once', async () => {
  let made = 0;
  const result = inSlices(
    steps(1000, () => made++),
    () => 0,
  );
  assert.equal(made, 1000);
  assert.equal(await result, 'done');
});

test('long work lets others have their turn every few milliseconds', async () => {
  let now = 0;
  const order: string[] = [];
  let others = true;
  const other = (): void => {
    order.push('other');
    if (others) setImmediate(other);
  };
  setImmediate(other);
  const work = steps(12, () => {
    now += 1;
    order.push('step');
  });
  assert.equal(await inSlices(work, () => now), 'done');
  others = false;
  const slices = order
    .join(' ')
    .split(' other')
    .map((slice) => slice.trim().split(' ').filter(Boolean).length);
  assert.ok(Math.max(...slices) <= 4, order.join(' '));
});
