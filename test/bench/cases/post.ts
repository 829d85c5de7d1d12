import { load } from '../load.ts';
import type { BenchOptions, Row } from '../report.ts';
import { compared } from './compared.ts';

const bodyBytes = 10_240;

/** Requests that bring a body. */
export function post(options: BenchOptions): Promise<Row[]> {
  return compared({ ...options, name: 'post', drive: (aim) => load({ ...aim, bodyBytes }) });
}
