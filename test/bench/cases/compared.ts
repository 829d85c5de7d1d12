import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificates } from '../../mutual-tls.ts';
import { type LoadResult, load } from '../load.ts';
import { freePort } from '../../../examples/demo/ports.ts';
import { isInstalled, type Measured } from '../processes.ts';
import { caddy } from '../proxies/caddy.ts';
import { fairlead } from '../proxies/fairlead.ts';
import { haproxy } from '../proxies/haproxy.ts';
import { nginx, startBackend } from '../proxies/nginx.ts';
import type { Proxy } from '../proxies/proxy.ts';
import { traefik } from '../proxies/traefik.ts';
import type { BenchOptions, Row } from '../report.ts';

export const proxies: readonly Proxy[] = [fairlead, nginx, haproxy, caddy, traefik];

/** Where a load goes. */
export interface Aim {
  readonly port: number;
  readonly host: string;
  readonly encrypted: boolean;
  readonly seconds: number;
}

export interface Comparison extends BenchOptions {
  readonly name: string;
  readonly hosts?: readonly string[];
  /** The host that is asked for. */
  readonly host?: string;
  readonly encrypted?: boolean;
  readonly unit?: string;
  /** Instead of the usual ones. */
  readonly among?: readonly Proxy[];
  /** Another backend than the usual one. */
  readonly backend?: (folder: string, port: number) => Promise<AsyncDisposable>;
  /** Another load than small requests over kept connections; `spent` are the proxy's microseconds so far. */
  readonly drive?: (aim: Aim, spent: () => number) => Promise<LoadResult>;
}

const hundredHosts = Array.from({ length: 100 }, (_, index) => `host-${index}.bench.test`);

/** Processor microseconds of each proxy, in turns, so that all meet the same weather. */
export async function compared(comparison: Comparison): Promise<Row[]> {
  const { name, unit = 'µs/request', runs, seconds, warm, drive = (aim) => load(aim) } = comparison;
  await using scene = await Scene.open(comparison);
  if (warm > 0)
    for (const { aim, running } of scene.contenders)
      await drive({ ...aim, seconds: warm }, () => running.processorMicroseconds());
  for (let run = 0; run < runs; run++) {
    for (const contender of scene.contenders) {
      const spent = () => contender.running.processorMicroseconds();
      const before = spent();
      const result = await drive({ ...contender.aim, seconds }, spent);
      const { count, microseconds = spent() - before } = result;
      contender.samples.push(microseconds / Math.max(1, count));
      contender.rates.push(count / result.seconds);
    }
  }
  return scene.contenders.map(({ proxy, samples, rates }) => ({
    case: name,
    proxy: proxy.name,
    unit,
    samples,
    rates,
  }));
}

export interface Contender {
  readonly proxy: Proxy;
  readonly running: Measured;
  readonly aim: Omit<Aim, 'seconds'>;
  readonly samples: number[];
  readonly rates: number[];
}

/** A backend and the proxies before it, all set up for the same. */
export class Scene implements AsyncDisposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'fairlead-bench-'));
  readonly contenders: Contender[] = [];
  readonly #stack = new AsyncDisposableStack();

  static async open(comparison: Comparison): Promise<Scene> {
    if (!isInstalled('nginx') || !isInstalled('wrk'))
      throw new Error('The benchmark needs nginx (its backend) and wrk.');
    const scene = new Scene();
    scene.#stack.defer(() => rmSync(scene.folder, { recursive: true, force: true }));
    try {
      await scene.#start(comparison);
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
    return scene;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  async #start({ only, encrypted = false, ...comparison }: Comparison): Promise<void> {
    const { hosts = hundredHosts, host = hosts[hosts.length >> 1]!, backend = startBackend } = comparison;
    const { folder } = this;
    // Started by root, the workers of nginx are somebody else, who must find the files.
    chmodSync(folder, 0o711);
    await makeCertificates(folder);
    const backendPort = await freePort();
    this.#stack.use(await backend(folder, backendPort));
    for (const proxy of chosen(comparison.among ?? proxies, only)) {
      const port = await freePort();
      const running = await proxy.start({ folder, port, backendPort, hosts, encrypted });
      this.#stack.use(running);
      const aim = { port, host, encrypted };
      this.contenders.push({ proxy, running, aim, samples: [], rates: [] });
    }
  }
}

function chosen(among: readonly Proxy[], only: BenchOptions['only']): Proxy[] {
  return among.filter((proxy) => proxy.available() && (only?.includes(proxy.name) ?? true));
}
