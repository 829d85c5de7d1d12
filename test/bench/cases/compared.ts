import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { load } from '../load.ts';
import { freePort, isInstalled, type Running } from '../processes.ts';
import { fairlead } from '../proxies/fairlead.ts';
import { haproxy } from '../proxies/haproxy.ts';
import { nginx, startBackend } from '../proxies/nginx.ts';
import type { Proxy } from '../proxies/proxy.ts';
import type { BenchOptions, Row } from '../report.ts';

export const proxies: readonly Proxy[] = [fairlead, nginx, haproxy];

export interface Comparison extends BenchOptions {
  readonly name: string;
  readonly hosts: readonly string[];
  /** The host that is asked for. */
  readonly host: string;
}

/** Microseconds per request of each proxy, in turns, so that all meet the same weather. */
export async function compared({ name, hosts, host, ...options }: Comparison): Promise<Row[]> {
  if (!isInstalled('nginx') || !isInstalled('wrk'))
    throw new Error('The benchmark needs nginx (its backend) and wrk.');
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-bench-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const backendPort = await freePort();
  stack.use(await startBackend(folder, backendPort));
  const contenders = [];
  for (const proxy of chosen(options)) {
    const port = await freePort();
    const running = stack.use(await proxy.start({ folder, port, backendPort, hosts }));
    await load({ port, host, seconds: 1 });
    contenders.push({ proxy, port, running, samples: [] as number[], rates: [] as number[] });
  }
  for (let run = 0; run < options.runs; run++) {
    for (const contender of contenders) await measure(contender, host, options.seconds);
  }
  return contenders.map(({ proxy, samples, rates }) => ({
    case: name,
    proxy: proxy.name,
    unit: 'µs/request',
    samples,
    rates,
  }));
}

interface Contender {
  readonly port: number;
  readonly running: Running;
  readonly samples: number[];
  readonly rates: number[];
}

async function measure(
  { port, running, samples, rates }: Contender,
  host: string,
  seconds: number,
): Promise<void> {
  const before = running.processorMicroseconds();
  const result = await load({ port, host, seconds });
  samples.push((running.processorMicroseconds() - before) / result.requests);
  rates.push(result.requests / result.seconds);
}

function chosen({ only }: BenchOptions): Proxy[] {
  return proxies.filter((proxy) => proxy.available() && (only?.includes(proxy.name) ?? true));
}
