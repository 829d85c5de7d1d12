import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root, sourceFiles } from './source-tree.ts';

const files = sourceFiles();
/** Names that say nothing about what is inside. */
const emptyNames = /(^|[-/])(utils?|helpers?|commons?|managers?|misc)([-./]|$)|(^|\/)(data|info)\./;
const columnsMax = 120;
const medianLinesMax = 100;

test('file names are kebab-case and say what is inside', () => {
  const wrong = files
    .map((file) => file.name)
    .filter((name) => emptyNames.test(name) || !/^[a-z0-9./-]+$/.test(name));
  assert.deepEqual(wrong, []);
});

test('no file leaves work for later or silences the compiler', () => {
  const marks = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|nocheck|expect-error)|\bas any\b/;
  assert.deepEqual(places(marks), []);
});

test('only erasable TypeScript is used', () => {
  assert.deepEqual(places(/^\s*(export\s+)?(declare\s+)?(const\s+)?(enum|namespace)\s+\w+\s*\{/), []);
});

test('lines fit on a screen, but for one long text or expression', () => {
  const text = /(['"`/])(?:(?!\1).){30,}\1/g;
  const long = files.flatMap(({ name, text: source }) =>
    source
      .split('\n')
      .filter((line) => line.replaceAll(text, '').length > columnsMax)
      .map((line) => `${name}: ${line}`),
  );
  assert.deepEqual(long, []);
});

test('most files are short', (context) => {
  const sizes = files.map(({ name, text }) => ({ name, lines: text.split('\n').length - 1 }));
  const sorted = sizes.toSorted((a, b) => b.lines - a.lines);
  const median = sorted[Math.floor(sorted.length / 2)]!.lines;
  const longest = sorted.slice(0, 5).map(({ name, lines }) => `${name} ${lines}`);
  context.diagnostic(`${files.length} files, median ${median} lines; longest: ${longest.join(', ')}`);
  assert.ok(median <= medianLinesMax, `the median file has ${median} lines`);
});

test('every package the program depends on is defended in ARCHITECTURE.md', () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const text = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  const defended = [...text.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(
    Object.keys(dependencies).filter((name) => !defended.includes(name)),
    [],
  );
});

test('every middleware is one folder and one line in the registry', { skip: !registryExists() }, () => {
  const folders = readdirSync(path.join(root, 'src/middlewares'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const registry = files.find(({ name }) => name === 'middlewares/registry.ts')!.text;
  const modules = folders.flatMap((name) => [`${name}/options.ts`, `${name}/${name}.ts`]);
  const wrong = modules.filter(
    (name) => files.some((file) => file.name === `middlewares/${name}`) !== registry.includes(`'./${name}'`),
  );
  assert.deepEqual(wrong, []);
});

function registryExists(): boolean {
  return existsSync(path.join(root, 'src/middlewares/registry.ts'));
}

/** `file:line text` of every line that matches. */
function places(pattern: RegExp): string[] {
  return files.flatMap(({ name, text }) =>
    text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${name}:${at + 1} ${line.trim()}`] : [])),
  );
}

test('README.md lists the middlewares that act', () => {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, now = ''] = /^\| middlewares \| ([^|]+) \|/m.exec(readme) ?? [];
  const registry = files.find(({ name }) => name === 'middlewares/registry.ts')!.text;
  const acting = [...registry.matchAll(/^ {2}(\w+): \{[^}]*behaviour:/gm)].map(([, name]) => name!);
  assert.deepEqual(
    now
      .trim()
      .split(', ')
      .filter((name) => name !== 'chain'),
    acting,
  );
});
