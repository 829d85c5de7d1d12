import { load } from '../load.ts';
import type { BenchOptions, Row } from '../report.ts';
import { type Aim, compared } from './compared.ts';
import { resume } from './resume.ts';

const drive = (aim: Aim) => load({ ...aim, fresh: true });

/** A connection for each request: in clear, with a full handshake, and with one that resumes a session. */
export async function fresh(options: BenchOptions): Promise<Row[]> {
  return [
    ...(await compared({ ...options, name: 'fresh', drive })),
    ...(await compared({ ...options, name: 'fresh, TLS', encrypted: true, drive })),
    ...(await compared({ ...options, name: 'fresh, TLS resumed', encrypted: true, drive: resume })),
  ];
}
