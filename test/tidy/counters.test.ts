import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { counterTitle } from '../../src/observability/metrics/counter-families.ts';
import { type CounterName, counterNames } from '../../src/observability/metrics/counter-names.ts';
import { root, sourceFiles } from './source-tree.ts';

test('ARCHITECTURE.md lists the counters as the program knows them', () => {
  const text = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  const section = /^## Metrics\n(.*?)^## /ms.exec(text)?.[1] ?? '';
  const listed = [...section.matchAll(/^\| (`\w+`) \| (.+) \| (.+) \|$/gm)].map(([, ...row]) => row);
  const known = Object.entries(counterNames).map(([name, { labels, help }]) => [
    `\`${counterTitle(name as CounterName)}\``,
    labels.map((label) => `\`${label}\``).join(', ') || '–',
    help,
  ]);
  assert.deepEqual(listed, known);
});

test('every counter is one that the program counts', () => {
  const others = sourceFiles().filter(({ name }) => name !== 'observability/metrics/counter-names.ts');
  const unused = Object.keys(counterNames).filter(
    (counter) => !others.some(({ text }) => text.includes(`count('${counter}'`)),
  );
  assert.deepEqual(unused, []);
});
