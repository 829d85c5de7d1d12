import { haproxy } from '../proxies/haproxy.ts';
import { nginx } from '../proxies/nginx.ts';
import { parentAndChild } from '../proxies/parent-and-child.ts';
import type { BenchOptions, Row } from '../report.ts';
import { compared } from './compared.ts';

/** Parent and child joined by mutual TLS, both counted; beside them one hop of the others. */
export function twoHops(options: BenchOptions): Promise<Row[]> {
  return compared({ ...options, name: 'two hops', among: [parentAndChild, nginx, haproxy] });
}
