import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface LoadOptions {
  readonly port: number;
  readonly host: string;
  readonly path?: string;
  readonly seconds: number;
  readonly connections?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
}

/** Drives a port with wrk; throws when an answer was not a success. */
export async function load({
  port,
  host,
  path = '/',
  seconds,
  connections = 64,
}: LoadOptions): Promise<LoadResult> {
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '-H',
    `Host: ${host}`,
    `http://127.0.0.1:${port}${path}`,
  ];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  const failures = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(output);
  if (failures !== null) throw new Error(`Port ${port} answered wrongly: ${failures[0]}`);
  const [, requests, elapsed] = /(\d+) requests in ([\d.]+)s/.exec(output) ?? [];
  if (requests === undefined) throw new Error(`wrk said: ${output}`);
  return { requests: Number(requests), seconds: Number(elapsed) };
}
