import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { resolveImport, root, sourceFiles } from './source-tree.ts';

/** A room may import from rows above it, never from a neighbour in its row. */
const rows = [
  ['support'],
  ['model'],
  ['config'],
  ['observability'],
  ['rules', 'balancing', 'tls'],
  ['proxy', 'pairing'],
  ['middlewares', 'health'],
  ['routing'],
  ['providers', 'entry-points'],
  ['operations'],
  ['surfaces'],
  ['app'],
];
/** Rooms whose folders know nothing of each other. */
const compartments = new Set(['middlewares', 'providers', 'surfaces']);

const rowOf = new Map(rows.flatMap((rooms, row) => rooms.map((room) => [room, row] as const)));
/** The process entry belongs to the composition root. */
const roomOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : 'app');
const compartmentOf = (file: string) => (file.split('/').length > 2 ? file.split('/')[1] : undefined);

test('every folder of src is a room in a row', () => {
  const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((e) => e.isDirectory());
  assert.deepEqual(folders.map((folder) => folder.name).sort(), [...rowOf.keys()].sort());
});

test('ARCHITECTURE.md shows the same rows', () => {
  const text = readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8');
  const block = /```rows\n(.*?)```/s.exec(text)?.[1] ?? '';
  const shown = block
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  assert.deepEqual(shown, rows);
});

test('a room imports only from rows above it', () => {
  const wrong = sourceFiles().flatMap(({ name, imports }) =>
    imports
      .map(({ target }) => resolveImport(name, target))
      .filter((target) => target !== undefined && !mayImport(name, target))
      .map((target) => `${name} imports ${target}`),
  );
  assert.deepEqual(wrong, []);
});

test('an import that is not allowed is found', () => {
  assert.equal(mayImport('proxy/pool.ts', 'model/exchange.ts'), true);
  assert.equal(mayImport('proxy/pool.ts', 'proxy/head.ts'), true);
  assert.equal(mayImport('model/exchange.ts', 'proxy/pool.ts'), false);
  assert.equal(mayImport('rules/lex.ts', 'tls/certificates.ts'), false);
  assert.equal(mayImport('providers/docker/docker.ts', 'providers/provider.ts'), true);
  assert.equal(mayImport('providers/docker/docker.ts', 'providers/file/file.ts'), false);
  assert.equal(mayImport('main.ts', 'app/control-plane.ts'), true);
});

function mayImport(from: string, to: string): boolean {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (room !== other) return rowOf.get(other)! < rowOf.get(room)!;
  const [own, its] = [compartmentOf(from), compartmentOf(to)];
  return !compartments.has(room) || own === undefined || its === undefined || own === its;
}
