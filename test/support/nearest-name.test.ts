import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editDistance, nearestName } from '../../src/support/nearest-name.ts';

const names = ['rule', 'entryPoints', 'middlewares', 'service', 'priority', 'tls'];

for (const [typed, meant] of [
  ['entrypoint', 'entryPoints'],
  ['rules', 'rule'],
  ['middelwares', 'middlewares'],
  ['PRIORITY', 'priority'],
  ['tsl', 'tls'],
  ['frontend', undefined],
  ['', undefined],
] as const)
  test(`"${typed}" is near to ${meant ?? 'nothing'}`, () => {
    assert.equal(nearestName(typed, names), meant);
  });

test('neighbours that changed places count once', () => {
  assert.equal(editDistance('ruel', 'rule'), 1);
  assert.equal(editDistance('', 'abc'), 3);
  assert.equal(editDistance('same', 'same'), 0);
});
