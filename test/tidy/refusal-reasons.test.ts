import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { refusalReasons } from '../../src/model/refusal-reasons.ts';
import { root, sourceFiles } from './source-tree.ts';

test('ARCHITECTURE.md lists the reasons of refusals as the program knows them', () => {
  const text = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  const section = /^## Refusals\n(.*?)^## /ms.exec(text)?.[1] ?? '';
  const listed = [...section.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, ...row]) => row);
  assert.deepEqual(listed, Object.entries(refusalReasons));
});

test('every reason of a refusal is one that the program can give', () => {
  const others = sourceFiles().filter(({ name }) => name !== 'model/refusal-reasons.ts');
  const unused = Object.keys(refusalReasons).filter(
    (reason) => !others.some(({ text }) => text.includes(`'${reason}'`)),
  );
  assert.deepEqual(unused, []);
});
