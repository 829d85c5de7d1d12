import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveImport, sourceFiles } from './source-tree.ts';

/** Schemas, the Docker client and certificate making are the control plane's; a worker pays memory and start time for them. */
const controlPlaneOnly = ['zod', 'dockerode', 'node-forge', 'yaml', 'smol-toml', 'commander', 'undici'];

const files = new Map(sourceFiles().map((file) => [file.name, file]));

test('workers never load what only the control plane needs', { skip: !files.has('app/worker.ts') }, () => {
  const behaviours = [...files.keys()].filter((name) => /^middlewares\/([^/]+)\/\1\.ts$/.test(name));
  const found = ['app/worker.ts', ...behaviours].flatMap((start) => pathsToPackages(start));
  assert.deepEqual(found, []);
});

/** `a.ts > b.ts > zod` for each such package that is loaded with `start`. */
function pathsToPackages(start: string): string[] {
  const seen = new Set<string>();
  const visit = (name: string, trail: readonly string[]): string[] => {
    if (seen.has(name)) return [];
    seen.add(name);
    return (files.get(name)?.imports ?? [])
      .filter(({ loaded, dynamic }) => loaded && !dynamic)
      .flatMap(({ target }) => {
        const inside = resolveImport(name, target);
        if (inside !== undefined) return visit(inside, [...trail, name]);
        return controlPlaneOnly.includes(target) ? [[...trail, name, target].join(' > ')] : [];
      });
  };
  return visit(start, []);
}
