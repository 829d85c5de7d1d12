import type { BenchOptions, Row } from '../report.ts';
import { compared } from './compared.ts';

/** Small responses over 64 kept connections, one of a hundred hosts. */
export function h1(options: BenchOptions): Promise<Row[]> {
  const hosts = Array.from({ length: 100 }, (_, index) => `host-${index}.bench.test`);
  return compared({ ...options, name: 'h1', hosts, host: hosts[50]! });
}
