import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HealthFlags, healthFlagWords } from '../../src/balancing/health-flags.ts';
import { CellViews, SharedCells } from '../../src/balancing/shared-cells.ts';

test('what the main thread knows of a server, every worker knows', () => {
  const views = new CellViews();
  const cells = new SharedCells({ publish: (segment, memory) => views.add(segment, memory) });
  const ref = cells.acquire('health shop@docker', healthFlagWords(2));
  const checking = new HealthFlags(cells.view(ref));
  const worker = new HealthFlags(views.view(ref));
  assert.deepEqual([worker.isUsable(0), worker.isUsable(1)], [true, true]);
  assert.equal(checking.set(1, false), true);
  assert.equal(checking.set(1, false), false, 'that is no news');
  assert.deepEqual([worker.isUsable(0), worker.isUsable(1)], [true, false]);
  assert.equal(checking.set(1, true), true);
  assert.equal(worker.isUsable(1), true);
});
