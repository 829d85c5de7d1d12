import { CertificateExpiries } from '../observability/metrics/certificate-expiries.ts';
import { type ConfiguredNames, ConfiguredSeries } from '../observability/metrics/configured-series.ts';
import { counterFamilies } from '../observability/metrics/counter-families.ts';
import { processFamilies } from '../observability/metrics/process-families.ts';
import { requestFamilies } from '../observability/metrics/request-families.ts';
import { type Family, gauge, textFormat } from '../observability/metrics/text-format.ts';
import type { Total, Totals } from '../observability/metrics/totals.ts';
import type { RoutingChange } from '../routing/control/control-routing.ts';
import type { RuntimeConfiguration } from '../routing/control/runtime-configuration.ts';

export interface MetricsPageInit {
  readonly totals: Totals;
  /** Seconds for which each worker has been busy. */
  readonly busySeconds: () => ReadonlyMap<number, number>;
  /** `metrics.prometheus.buckets`. */
  readonly buckets: readonly string[];
  readonly hasHeaderLabels: boolean;
  readonly startedAt: Date;
  /** PEM of the certificate that was made for want of another. */
  readonly generated: string;
}

/** All that Prometheus may want to know of this node. */
export class MetricsPage {
  readonly #init: MetricsPageInit;
  readonly #series: ConfiguredSeries;
  readonly #certificates: CertificateExpiries;
  #runtime: Pick<RuntimeConfiguration, 'routers' | 'services'> = { routers: [], services: [] };
  #generation = 0;
  #reloads = 0;
  #reloadedAtMs = 0;

  constructor(init: MetricsPageInit) {
    this.#init = init;
    this.#series = new ConfiguredSeries(init.totals);
    this.#certificates = new CertificateExpiries(init.generated);
  }

  /** What is served may have changed. */
  see({ generation, put, remove, runtime }: RoutingChange, nowMs: number): void {
    this.#runtime = runtime;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#reloads += 1;
    this.#reloadedAtMs = nowMs;
    this.#certificates.see(put, remove);
    this.#series.prune(() => this.#names());
  }

  text(): string {
    const totals = this.#series.read(this.#names());
    return textFormat([
      this.#reloadFamily(),
      gauge('traefik_config_last_reload_success', {
        help: 'When the configuration changed last, in Unix time.',
        samples: [{ labels: {}, value: Math.round(this.#reloadedAtMs / 1000) }],
      }),
      this.#certificates.family,
      openConnections(totals),
      ...requestFamilies(totals, this.#init),
      this.#serverFamily(),
      ...counterFamilies(totals),
      this.#busyFamily(),
      ...processFamilies(this.#init.startedAt),
    ]);
  }

  #names(): ConfiguredNames {
    const { routers, services } = this.#runtime;
    return {
      routers: new Set(routers.map(({ planned }) => planned.name)),
      services: new Set(services.map(({ name }) => name)),
    };
  }

  #reloadFamily(): Family {
    return {
      name: 'traefik_config_reloads_total',
      type: 'counter',
      help: 'Changes of the configuration.',
      samples: [{ labels: {}, value: this.#reloads }],
    };
  }

  #busyFamily(): Family {
    const workers = [...this.#init.busySeconds()].map(([place, value]) => ({
      labels: { worker: String(place) },
      value,
    }));
    return {
      name: 'fairlead_worker_busy_seconds_total',
      type: 'counter',
      help: 'How long a worker thread has been busy; one second in each second is all it can.',
      samples: workers,
    };
  }

  /** Of the services whose servers are checked. */
  #serverFamily(): Family {
    const samples = this.#runtime.services.flatMap(({ name: service, health, written }) =>
      (health ? (written.loadBalancer?.servers ?? []) : []).map(({ url }, index) => ({
        labels: { service, url },
        value: health?.isUsable(index) ? 1 : 0,
      })),
    );
    const help = 'Whether a server passes the health checks of its service.';
    return gauge('traefik_service_server_up', { help, samples });
  }
}

function openConnections(totals: readonly Total[]): Family {
  const samples = totals
    .filter(({ series }) => series.name === 'open_connections')
    .map(({ series, rows }) => ({ labels: series.labels, value: rows.get(1)?.[0] ?? 0 }));
  return gauge('traefik_open_connections', { help: 'Connections and UDP sessions that are open.', samples });
}
