import type { Logger } from '../observability/logger.ts';
import type { Totals } from '../observability/metrics/totals.ts';
import { createMetricsServer } from '../surfaces/metrics/metrics-server.ts';
import type { PemPair } from '../tls/default-certificate.ts';
import type { Configurator } from './configurator.ts';
import { MetricsPage } from './metrics-page.ts';
import type { PrivateSocket } from './private-socket.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ServedMetrics {
  readonly configuration: StaticConfiguration;
  readonly configurator: Configurator;
  readonly totals: Totals;
  readonly pool: Pick<WorkerPool, 'busySeconds'>;
  readonly startedAt: Date;
  readonly certificate: PemPair;
  readonly log: Logger;
}

/** Answers on the socket to which `prometheus@internal` leads. */
export async function serveMetrics(socket: PrivateSocket, served: ServedMetrics): Promise<void> {
  const { configuration, configurator, totals, pool, startedAt, certificate, log } = served;
  const { buckets = [], headerLabels = {} } = configuration.metrics?.prometheus ?? {};
  const page = new MetricsPage({
    totals,
    busySeconds: () => pool.busySeconds(),
    buckets: buckets.map((bound) => String(Number(bound))),
    hasHeaderLabels: Object.keys(headerLabels).length > 0,
    startedAt,
    generated: certificate.cert,
  });
  configurator.onServed(() => {
    if (configurator.served) page.see(configurator.served, Date.now());
  });
  await socket.serve(
    createMetricsServer({
      text: () => page.text(),
      onFault: (error) => log.error('Metrics could not be told.', { error: error.stack }),
    }),
  );
}
