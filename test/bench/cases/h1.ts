import type { BenchOptions, Row } from '../report.ts';
import { node } from '../proxies/node.ts';
import { compared, proxies } from './compared.ts';

const among = [...proxies, node];

/** Small responses over 64 kept connections, one of a hundred hosts. */
export function h1(options: BenchOptions): Promise<Row[]> {
  return compared({ ...options, name: 'h1', among });
}

/** The same over TLS 1.3. */
export function tls(options: BenchOptions): Promise<Row[]> {
  return compared({ ...options, name: 'tls', encrypted: true, among });
}
