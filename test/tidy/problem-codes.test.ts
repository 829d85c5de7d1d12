import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { problemCodes } from '../../src/model/problem-codes.ts';
import { root, sourceFiles } from './source-tree.ts';

const codes = Object.keys(problemCodes);

test('ARCHITECTURE.md lists the codes of problems as the program knows them', () => {
  const text = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  const section = /^## Problems\n(.*?)^## /ms.exec(text)?.[1] ?? '';
  const listed = [...section.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, ...row]) => row);
  assert.deepEqual(listed, Object.entries(problemCodes));
});

test('every code of a problem is kebab-case and has one sentence', () => {
  const wrong = Object.entries(problemCodes).filter(
    ([code, sentence]) => !/^[a-z]+(-[a-z0-9]+)+$/.test(code) || !/^[A-Z][^.]*\.$/.test(sentence),
  );
  assert.deepEqual(wrong, []);
});

test('every code of a problem is one that the program can give', () => {
  const others = sourceFiles().filter(({ name }) => name !== 'model/problem-codes.ts');
  const unused = codes.filter((code) => !others.some(({ text }) => text.includes(`'${code}'`)));
  assert.deepEqual(unused, []);
});

test('every code that is written down beside a severity is a known one', () => {
  const given = sourceFiles().flatMap(({ text }) =>
    [...text.matchAll(/\bcode: '([^']+)',\s*severity:/g)].map(([, code]) => code!),
  );
  assert.ok(given.length > 20);
  assert.deepEqual(
    given.filter((code) => !codes.includes(code)),
    [],
  );
});
