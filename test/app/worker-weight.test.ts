import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { test } from 'node:test';

/** What stays of a file's imports when its types are stripped. */
const imported = /(?:^|\n)(?:import|export)\s(?!type\b)[^;'"]*?from\s*'([^']+)'|(?:^|\n)import '([^']+)'/g;

function packagesReachedFrom(entry: string): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from, bare] of readFileSync(file, 'utf8').matchAll(imported)) {
      const target = from ?? bare ?? '';
      if (target.startsWith('.')) visit(resolve(dirname(file), target));
      else if (!target.startsWith('node:')) packages.set(target, file);
    }
  };
  visit(resolve(entry));
  return packages;
}

test('workers load no library of the control plane', () => {
  const heavy = ['zod', 'dockerode', 'node-forge', 'pino', 'undici', 'yaml', 'commander', 'smol-toml'];
  const reached = packagesReachedFrom('src/app/worker.ts');
  for (const name of heavy) assert.equal(reached.get(name), undefined, `${name} is imported`);
});
