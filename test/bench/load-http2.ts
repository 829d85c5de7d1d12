import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { LoadOptions, LoadResult } from './load.ts';

const connections = 8;
const streams = 16;

/** Drives a port with h2load over TLS; throws when an answer was not a success. */
export async function loadHttp2({ port, host, seconds }: LoadOptions): Promise<LoadResult> {
  const args = ['-t1', `-c${connections}`, `-m${streams}`, `-D${seconds}`];
  args.push(`--connect-to=127.0.0.1:${port}`, `https://${host}/`);
  const child = spawn('h2load', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  const elapsed = /finished in ([\d.]+)s/.exec(output)?.[1];
  const [, succeeded, failed] = /(\d+) succeeded, (\d+) failed/.exec(output) ?? [];
  if (elapsed === undefined || !output.includes('Application protocol: h2')) {
    throw new Error(`h2load said: ${output}`);
  }
  if (failed !== '0' || succeeded === '0') throw new Error(`Port ${port} answered wrongly: ${output}`);
  return { count: Number(succeeded), seconds: Number(elapsed) };
}
