import { setTimeout as delay } from 'node:timers/promises';
import type { Measured } from '../processes.ts';
import type { Proxy } from '../proxies/proxy.ts';
import type { BenchOptions, Row } from '../report.ts';
import { compared, proxies } from './compared.ts';

const sizes = [10, 1000, 10_000, 100_000];

/** The same with more and more routers: a request shall not notice them. */
export async function routes(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const hosts = Array.from({ length: size }, (_, index) => `host-${index}.bench.test`);
    const only = options.only ?? ['fairlead'];
    const among = proxies.map(atRest);
    rows.push(...(await compared({ ...options, only, among, name: `routes ${size}`, hosts })));
  }
  return rows;
}

const lookMs = 500;
const looksMax = 60;

/** Reading so many leaves much to put away, which goes on for seconds and is no part of any request. */
function atRest(proxy: Proxy): Proxy {
  return {
    ...proxy,
    async start(setup) {
      const running = await proxy.start(setup);
      for (let looks = 0; looks < looksMax && (await share(running)) > 0.02; looks++);
      return running;
    },
  };
}

/** Of one processor. */
async function share(running: Measured): Promise<number> {
  const before = running.processorMicroseconds();
  await delay(lookMs);
  return (running.processorMicroseconds() - before) / (lookMs * 1000);
}
