import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  hasBehaviour,
  loadFactory,
  type MiddlewareType,
  middlewares,
} from '../../src/middlewares/registry.ts';
import { optionsOf, surroundings } from './trial-run.ts';

const room = path.join(import.meta.dirname, '../../src/middlewares');
const types = Object.keys(middlewares) as MiddlewareType[];

test('every folder declares its options', () => {
  const folders = readdirSync(room, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders) assert.ok(existsSync(path.join(room, name, 'options.ts')), name);
});

for (const type of types.filter(hasBehaviour)) {
  test(`${type} of nothing but defaults is built, or says in a sentence what is missing`, async () => {
    const create = await loadFactory(type);
    const options = await optionsOf(type, {});
    try {
      assert.equal(typeof create?.(options, surroundings), 'function');
    } catch (error) {
      assert.ok(error instanceof Error && !(error instanceof TypeError), String(error));
      assert.match(error.message, /\w+ \w+/);
    }
  });
}

test('what is not in the registry has no behaviour', async () => {
  assert.equal(hasBehaviour('toString'), false);
  assert.equal(await loadFactory('stripprefix'), undefined);
});
