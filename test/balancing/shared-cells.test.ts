import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CellViews, SharedCells } from '../../src/balancing/shared-cells.ts';

function sharedCells() {
  const views = new CellViews();
  const cells = new SharedCells({ publish: (segment, memory) => views.add(segment, memory) });
  return { cells, views };
}

test('the same identity has the same cell, another has another', () => {
  const { cells } = sharedCells();
  const first = cells.acquire('a', 4);
  assert.deepEqual(cells.acquire('a', 4), first);
  assert.notDeepEqual(cells.acquire('b', 4), first);
});

test('all see what one writes', () => {
  const { cells, views } = sharedCells();
  const ref = cells.acquire('a', 2);
  views.view(ref)[1] = 7;
  assert.deepEqual([...views.view(ref)], [0, 7]);
});

test('a cell that nobody holds any more is zeroed and given out again', () => {
  const { cells, views } = sharedCells();
  const ref = cells.acquire('a', 3);
  cells.acquire('a', 3);
  views.view(ref).fill(9);
  cells.release('a');
  assert.deepEqual([...views.view(ref)], [9, 9, 9]);
  cells.release('a');
  assert.deepEqual(cells.acquire('b', 3), ref);
  assert.deepEqual([...views.view(ref)], [0, 0, 0]);
});

test('memory is published before it is used, piece by piece', () => {
  const { cells, views } = sharedCells();
  for (let index = 0; index < 3; index += 1) views.view(cells.acquire(`big ${index}`, 40_000));
  views.view(cells.acquire('huge', 200_000));
  assert.equal(cells.segments().size, 4);
});
