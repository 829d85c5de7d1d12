import { loadHttp2 } from '../load-http2.ts';
import { isInstalled } from '../processes.ts';
import type { BenchOptions, Row } from '../report.ts';
import { compared } from './compared.ts';

/** Small responses over 8 connections of HTTP/2 with 16 streams each; the server speaks HTTP/1.1. */
export async function h2(options: BenchOptions): Promise<Row[]> {
  if (isInstalled('h2load')) return compared({ ...options, name: 'h2', encrypted: true, drive: loadHttp2 });
  console.error('The case h2 is left out: it needs h2load.');
  return [];
}
