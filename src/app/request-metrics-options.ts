import type { RequestMetricsOptions } from '../observability/metrics/request-metrics.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

/** What workers count of requests; undefined when nobody has asked for metrics. */
export function requestMetricsOptions({
  metrics,
  entryPoints,
  hub,
}: StaticConfiguration): RequestMetricsOptions | undefined {
  if (!metrics?.prometheus) return undefined;
  const { prometheus, addInternals } = metrics;
  const silent = Object.entries({ ...entryPoints, ...hub.uplinkEntryPoints }).filter(
    ([, { observability }]) => !(observability?.metrics ?? true),
  );
  return {
    entryPoints: prometheus.addEntryPointsLabels,
    routers: prometheus.addRoutersLabels,
    services: prometheus.addServicesLabels,
    internals: addInternals,
    buckets: prometheus.buckets.map(Number),
    headerLabels: Object.entries(prometheus.headerLabels),
    silentEntryPoints: silent.map(([name]) => name),
  };
}
