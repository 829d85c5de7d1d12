import { load } from '../load.ts';
import type { BenchOptions, Row } from '../report.ts';
import { type Aim, compared } from './compared.ts';

const drive = (aim: Aim) => load({ ...aim, fresh: true });

/** A connection for each request: in clear, and with a full handshake. */
export async function fresh(options: BenchOptions): Promise<Row[]> {
  return [
    ...(await compared({ ...options, name: 'fresh', drive })),
    ...(await compared({ ...options, name: 'fresh, TLS', encrypted: true, drive })),
  ];
}
