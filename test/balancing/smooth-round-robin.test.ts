import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { SharedCells } from '../../src/balancing/shared-cells.ts';
import { balancerWords, everybody, SmoothRoundRobin } from '../../src/balancing/smooth-round-robin.ts';

function turns(rotation: SmoothRoundRobin, count: number, usable = everybody): string {
  return Array.from({ length: count }, () => 'abcdefgh'[rotation.next(usable)] ?? '-').join('');
}

test('equal weights take turns', () => {
  assert.equal(turns(new SmoothRoundRobin([1, 1]), 6), 'ababab');
});

test('weights are spread smoothly over the cycle', () => {
  assert.equal(turns(new SmoothRoundRobin([3, 1]), 8), 'aabaaaba');
  assert.equal(turns(new SmoothRoundRobin([5, 1, 1]), 7), 'aabacaa');
});

test('ninety to ten never sends more than nine in a row', () => {
  const sequence = turns(new SmoothRoundRobin([90, 10]), 10_000);
  assert.equal(sequence.replaceAll('b', '').length, 9000);
  assert.equal(Math.max(...sequence.split('b').map((run) => run.length)) <= 9, true);
});

test('a weight of nothing is never chosen, and with nobody left there is no turn', () => {
  assert.equal(turns(new SmoothRoundRobin([0, 1, -2]), 3), 'bbb');
  assert.equal(turns(new SmoothRoundRobin([0, 0]), 2), '--');
});

test('who cannot be used is left out, and comes back without a rush', () => {
  const rotation = new SmoothRoundRobin([1, 1, 1]);
  assert.equal(turns(rotation, 4, { isUsable: (index) => index !== 1 }), 'acac');
  const after = turns(rotation, 6);
  assert.equal(after.replaceAll('b', '').length, 4);
});

test('threads that share a cell take turns as one would', async () => {
  const memory: SharedArrayBuffer[] = [];
  const cells = new SharedCells({ publish: (segment, buffer) => void (memory[segment] = buffer) });
  const ref = cells.acquire('service', balancerWords(3));
  const counts = new SharedArrayBuffer(3 * 4);
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.module).then(({ SmoothRoundRobin }) => {
      const { offset, words } = workerData.ref;
      const rotation = new SmoothRoundRobin([2, 1, 1], new Int32Array(workerData.memory, offset * 4, words));
      const counts = new Int32Array(workerData.counts);
      for (let turn = 0; turn < 20000; turn += 1) Atomics.add(counts, rotation.next({ isUsable: () => true }), 1);
      parentPort.close();
    });`;
  const module = new URL('../../src/balancing/smooth-round-robin.ts', import.meta.url).href;
  const workerData = { module, ref, memory: memory[ref.segment], counts };
  const threads = [1, 2].map(() => new Worker(source, { eval: true, workerData }));
  await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('exit', resolve))));
  assert.deepEqual([...new Int32Array(counts)], [20_000, 10_000, 10_000]);
});
