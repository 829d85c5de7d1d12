import type { BenchOptions, Row } from '../report.ts';
import { compared } from './compared.ts';

const sizes = [10, 1000, 10_000, 100_000];

/** The same with more and more routers: a request shall not notice them. */
export async function routes(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const hosts = Array.from({ length: size }, (_, index) => `host-${index}.bench.test`);
    const only = options.only ?? ['fairlead'];
    rows.push(...(await compared({ ...options, only, name: `routes ${size}`, hosts })));
  }
  return rows;
}
