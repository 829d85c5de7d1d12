import { load } from '../load.ts';
import type { BenchOptions, Row } from '../report.ts';
import { type Aim, compared } from './compared.ts';

const sizesMiB = [1, 100];
const bytesPerMiB = 1_048_576;
const connections = 8;

/** Large responses: what a MiB costs. */
export async function large(options: BenchOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of sizesMiB) {
    const drive = async (aim: Aim) => {
      const { bytes, seconds } = await load({ ...aim, connections, path: `/${size * bytesPerMiB}` });
      return { count: bytes / bytesPerMiB, seconds };
    };
    rows.push(...(await compared({ ...options, name: `large ${size} MiB`, unit: 'µs/MiB', drive })));
  }
  return rows;
}
