import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeAtomically } from '../../src/support/write-atomically.ts';

test('a file is replaced as a whole, for its owner only, and nothing is left beside it', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-write-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'file');
  await writeAtomically(path, 'a longer text');
  await writeAtomically(path, 'short');
  assert.equal(await readFile(path, 'utf8'), 'short');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ['file']);
});

test('what cannot be written leaves nothing behind', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-write-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'taken', 'inside'), { recursive: true });
  await assert.rejects(writeAtomically(join(folder, 'taken'), 'text'));
  await assert.rejects(writeAtomically(join(folder, 'absent', 'file'), 'text'), { code: 'ENOENT' });
  assert.deepEqual(await readdir(folder), ['taken']);
});
