// Runs one program with the terminal as its own and passes its exit status on.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './setup.mjs';

/** Resolves with the exit status. A signal to us is left to the program: it shares our terminal and process group. */
export function run(file, args, { env, stdio = 'inherit', started } = {}) {
  const ignore = () => {};
  const passOn = () => child.kill('SIGTERM');
  const child = spawn(file, args, { cwd: root, stdio, env: { ...process.env, ...env } });
  started?.(child);
  process.on('SIGINT', ignore).on('SIGTERM', passOn);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      process.off('SIGINT', ignore).off('SIGTERM', passOn);
      resolve(signal ? 1 : status);
    });
  });
}

/** Runs a package's program under the given Node. */
export function tool(node, script, args) {
  return run(node, [path.join(root, 'node_modules', script), ...args]);
}

/** Runs one after the other, all of them, and returns the first status that is not zero. */
export async function all(steps) {
  let result = 0;
  for (const step of steps) result = (await step()) || result;
  return result;
}

/** Runs a program, shows what it prints and returns it. */
export async function tee(file, args, env) {
  let output = '';
  const status = await run(file, args, {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    started: (child) =>
      child.stdout.setEncoding('utf8').on('data', (text) => {
        output += text;
        process.stdout.write(text);
      }),
  });
  return { status, output };
}
