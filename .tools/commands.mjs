// The development commands, by name. Each gets the Node to use and the arguments after `--`.
import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { conformance } from './conformance.mjs';
import { all, run, tool } from './processes.mjs';
import { root } from './setup.mjs';
import { test } from './test.mjs';

const biome = '@biomejs/biome/bin/biome';
const oxlint = 'oxlint/bin/oxlint';
const tsc = 'typescript/bin/tsc';

export const commands = {
  /** Installs only. */
  setup: () => 0,

  demo: ({ node, args }) => run(node, ['examples/demo/demo.ts', ...args]),

  start: ({ node, args }) => run(node, ['src/main.ts', ...args]),

  bench: ({ node, args }) => run(node, ['test/bench/bench.ts', ...args]),

  test,

  conformance: async (context) => (await commands.build(context)) || conformance(context),

  build: async ({ node }) => {
    rmSync(path.join(root, 'dist'), { recursive: true, force: true });
    const status = await tool(node, tsc, ['-p', '.']);
    if (status === 0) chmodSync(path.join(root, 'dist/main.js'), 0o755);
    return status;
  },

  lint: ({ node, args }) =>
    all([
      () => tool(node, oxlint, ['--type-aware', '--deny-warnings', ...args]),
      () => tool(node, biome, ['format']),
      () => tool(node, tsc, ['--noEmit', '-p', '.']),
      () => tool(node, tsc, ['-p', 'test']),
    ]),

  format: ({ node, args }) => tool(node, biome, ['format', '--write', ...args]),
};
