import { X509Certificate } from 'node:crypto';
import type { CertificateRecord } from '../model/wire.ts';
import { type ConfiguredNames, ConfiguredSeries } from '../observability/metrics/configured-series.ts';
import { counterFamilies } from '../observability/metrics/counter-families.ts';
import { processFamilies } from '../observability/metrics/process-families.ts';
import { requestFamilies } from '../observability/metrics/request-families.ts';
import { type Family, type Sample, textFormat } from '../observability/metrics/text-format.ts';
import type { Total, Totals } from '../observability/metrics/totals.ts';
import type { RoutingChange } from '../routing/control/control-routing.ts';
import type { RuntimeConfiguration } from '../routing/control/runtime-configuration.ts';

export interface MetricsPageInit {
  readonly totals: Totals;
  /** `metrics.prometheus.buckets`, as it is written. */
  readonly buckets: readonly string[];
  readonly hasHeaderLabels: boolean;
  readonly startedAt: Date;
  /** PEM of the certificate that was made for want of another: nobody has to renew it. */
  readonly generated: string;
}

/** All that Prometheus may want to know of this node. */
export class MetricsPage {
  readonly #init: MetricsPageInit;
  readonly #series: ConfiguredSeries;
  readonly #certificates = new Map<string, Sample>();
  #runtime: RuntimeConfiguration | undefined;
  #generation = 0;
  #reloads = 0;
  #reloadedAtMs = 0;

  constructor(init: MetricsPageInit) {
    this.#init = init;
    this.#series = new ConfiguredSeries(init.totals);
  }

  /** The configuration has changed. */
  see({ generation, put, remove, runtime }: RoutingChange, nowMs: number): void {
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#reloads += 1;
    this.#reloadedAtMs = nowMs;
    for (const { kind, name } of remove) if (kind === 'certificate') this.#certificates.delete(name);
    for (const record of put) if (record.kind === 'certificate') this.#certify(record.name, record.value);
    this.#runtime = runtime;
    this.#series.prune(() => this.#names());
  }

  text(): string {
    const totals = this.#series.read(this.#names());
    return textFormat([
      ...this.#controlFamilies(),
      openConnections(totals),
      serversUp(this.#runtime?.services ?? []),
      ...requestFamilies(totals, this.#init),
      ...counterFamilies(totals),
      ...processFamilies(this.#init.startedAt),
    ]);
  }

  #names(): ConfiguredNames {
    const { routers = [], services = [] } = this.#runtime ?? {};
    return {
      routers: new Set(routers.map(({ planned }) => planned.name)),
      services: new Set(services.map(({ name }) => name)),
    };
  }

  #certify(name: string, { cert }: CertificateRecord): void {
    if (cert === this.#init.generated) return;
    const { subject, serialNumber, subjectAltName, validTo } = new X509Certificate(cert);
    const cn = /^CN=(.*)$/m.exec(subject)?.[1] ?? '';
    const sans = (subjectAltName ?? '').split(', ').map((entry) => entry.slice(entry.indexOf(':') + 1));
    this.#certificates.set(name, {
      labels: { cn, serial: BigInt(`0x${serialNumber}`).toString(), sans: sans.toSorted().join(',') },
      value: Date.parse(validTo) / 1000,
    });
  }

  #controlFamilies(): Family[] {
    return [
      {
        name: 'traefik_config_reloads_total',
        type: 'counter',
        help: 'Changes of the configuration.',
        samples: [{ labels: {}, value: this.#reloads }],
      },
      {
        name: 'traefik_config_last_reload_success',
        type: 'gauge',
        help: 'When the configuration changed last, in Unix time.',
        samples: [{ labels: {}, value: Math.round(this.#reloadedAtMs / 1000) }],
      },
      {
        name: 'traefik_tls_certs_not_after',
        type: 'gauge',
        help: 'When certificates expire, in Unix time.',
        samples: [...this.#certificates.values()],
      },
    ];
  }
}

/** Of services whose servers are checked. */
function serversUp(services: RuntimeConfiguration['services']): Family {
  const samples = services.flatMap(({ name: service, health, written }) =>
    (health ? (written.loadBalancer?.servers ?? []) : []).map(({ url }, index) => ({
      labels: { service, url },
      value: Number(health?.isUsable(index)),
    })),
  );
  const help = 'Whether servers pass their health check, by service.';
  return { name: 'traefik_service_server_up', type: 'gauge', help, samples };
}

function openConnections(totals: readonly Total[]): Family {
  const samples = totals
    .filter(({ series }) => series.name === 'open_connections')
    .map(({ series, rows }) => ({ labels: series.labels, value: rows.get(1)?.[0] ?? 0 }));
  return {
    name: 'traefik_open_connections',
    type: 'gauge',
    help: 'Connections that are open, by entry point and protocol.',
    samples,
  };
}
