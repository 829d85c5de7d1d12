import { load } from '../load.ts';
import { streamProxies as among } from '../proxies/streams.ts';
import type { BenchOptions, Row } from '../report.ts';
import { type Aim, compared } from './compared.ts';

const bytesPerMiB = 1_048_576;

/** Connections passed on as bytes: small ones there and back, much at once, and a connection for each request. */
export async function tcp(options: BenchOptions): Promise<Row[]> {
  const fresh = (aim: Aim) => load({ ...aim, fresh: true });
  const bulk = async (aim: Aim) => {
    const { bytes, seconds } = await load({ ...aim, connections: 8, path: `/${100 * bytesPerMiB}` });
    return { count: bytes / bytesPerMiB, seconds };
  };
  const common = { ...options, among };
  return [
    ...(await compared({ ...common, name: 'tcp', unit: 'µs/round trip' })),
    ...(await compared({ ...common, name: 'tcp, 100 MiB', unit: 'µs/MiB', drive: bulk })),
    ...(await compared({ ...common, name: 'tcp, fresh', unit: 'µs/connection', drive: fresh })),
  ];
}
