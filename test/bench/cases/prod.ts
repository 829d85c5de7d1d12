import { freePort } from '../../../examples/demo/ports.ts';
import { fairleadWith } from '../proxies/fairlead.ts';
import { nginx } from '../proxies/nginx.ts';
import type { BenchOptions, Row } from '../report.ts';
import { compared } from './compared.ts';

/** All that Prometheus can be told of requests. */
async function measuring(): Promise<string[]> {
  const port = await freePort();
  return [
    `--entryPoints.metrics.address=127.0.0.1:${port}`,
    '--metrics.prometheus.entryPoint=metrics',
    '--metrics.prometheus.addRoutersLabels=true',
  ];
}

/** What measuring every request costs: the case `h1` with it and without. */
export async function metrics(options: BenchOptions): Promise<Row[]> {
  const among = [
    fairleadWith({ name: 'fairlead', flags: await measuring() }),
    fairleadWith({ name: 'without metrics' }),
  ];
  return compared({ ...options, name: 'metrics', among });
}

const middlewares = {
  headers: { headers: { customRequestHeaders: { 'X-Team': 'shop' }, frameDeny: true } },
  strip: { stripPrefix: { prefixes: ['/shop'] } },
  rate: { rateLimit: { average: 10_000_000, burst: 10_000_000 } },
};

/**
 * What people run: metrics of routers and services, and three middlewares; beside it nginx with none of that. There is
 * no access log yet.
 */
export async function prod(options: BenchOptions): Promise<Row[]> {
  const full = fairleadWith({ name: 'fairlead', flags: await measuring(), middlewares });
  return compared({ ...options, name: 'prod', among: [full, nginx] });
}
