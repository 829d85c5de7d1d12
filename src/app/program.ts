import { readFileSync } from 'node:fs';
import { runCli } from '../surfaces/cli/cli.ts';
import { createCommands } from './commands.ts';

/** The command line, on a Node that is new enough. */
export async function runProgram(): Promise<void> {
  const version = ownVersion();
  const commands = createCommands({
    env: process.env,
    version,
    // Loaded only when something is to be served.
    start: async (loaded) =>
      (await import('./control-plane.ts')).serve(loaded, { version, env: process.env }),
  });
  process.exitCode = await runCli({
    args: process.argv.slice(2),
    commands,
    terminal: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
    },
  });
}

function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { version: string }).version;
}
