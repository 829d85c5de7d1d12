import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface LoadOptions {
  readonly port: number;
  readonly host: string;
  readonly encrypted?: boolean;
  readonly path?: string;
  readonly seconds: number;
  readonly connections?: number;
  /** Sent with each request, which then is a POST. */
  readonly bodyBytes?: number;
  /** Each request comes over a connection of its own. */
  readonly fresh?: boolean;
}

export interface LoadResult {
  /** Requests that were answered, or whatever else is counted. */
  readonly count: number;
  readonly seconds: number;
  /** What the proxy has spent on what is counted, where that is not all it did. */
  readonly microseconds?: number;
}

export interface Transfer extends LoadResult {
  /** With the heads, as far as it got. */
  readonly bytes: number;
}

/** Drives a port with wrk; throws when an answer was not a success. */
export async function load(options: LoadOptions): Promise<Transfer> {
  const { port, host, seconds, connections = 64, encrypted = false } = options;
  using script = new Script(options);
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-H', `Host: ${host}`];
  args.push(...script.args, `${encrypted ? 'https' : 'http'}://127.0.0.1:${port}${options.path ?? '/'}`);
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child, 'close');
  const failures = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(output);
  if (failures !== null) throw new Error(`Port ${port} answered wrongly: ${failures[0]}`);
  const [, requests, elapsed, read, unit] =
    /(\d+) requests in ([\d.]+)s, ([\d.]+)([KMG]?)B read/.exec(output) ?? [];
  if (requests === undefined) throw new Error(`wrk said: ${output}`);
  const bytes = Number(read) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit!);
  return { count: Number(requests), seconds: Number(elapsed), bytes };
}

/** What wrk is told in its own language. */
class Script implements Disposable {
  readonly args: readonly string[];
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'fairlead-load-'));

  constructor({ bodyBytes, fresh = false }: LoadOptions) {
    const file = path.join(this.#folder, 'load.lua');
    const lines = fresh ? ['wrk.headers["Connection"] = "close"'] : [];
    if (bodyBytes !== undefined)
      lines.push('wrk.method = "POST"', `wrk.body = string.rep("x", ${bodyBytes})`);
    writeFileSync(file, lines.join('\n'));
    this.args = lines.length === 0 ? [] : ['-s', file];
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
