import { decimal, duration, flag, list, map, structure, text } from '../../config/options.ts';
import { otlpTransports } from './otlp.ts';

const labels = {
  addEntryPointsLabels: flag().default(true),
  addRoutersLabels: flag(),
  addServicesLabels: flag().default(true),
};

const pushInterval = duration().default(10_000);

const prometheus = structure(
  {
    ...labels,
    buckets: list().default(['0.1', '0.3', '1.2', '5']),
    entryPoint: text().default('traefik'),
    manualRouting: flag(),
    headerLabels: map(text()),
  },
  { allowEmpty: true },
);

const pushedNotYet = { notYet: 'metrics are not sent anywhere yet; Prometheus can fetch them' };

const pushed = structure(
  { ...labels, address: text().default('localhost:8125'), prefix: text().default('traefik'), pushInterval },
  { allowEmpty: true, ...pushedNotYet },
);

const influxDB2 = structure(
  {
    ...labels,
    address: text().default('http://localhost:8086'),
    token: text({ secret: true }),
    org: text(),
    bucket: text(),
    additionalLabels: map(text()),
    pushInterval,
  },
  { allowEmpty: true, ...pushedNotYet },
);

const otlp = structure(
  {
    ...labels,
    ...otlpTransports(),
    explicitBoundaries: list(),
    serviceName: text().default('traefik'),
    resourceAttributes: map(text()),
    pushInterval,
  },
  { allowEmpty: true, ...pushedNotYet },
);

export const metricsOptions = structure({
  addInternals: flag(),
  prometheus: prometheus.optional(),
  datadog: pushed.optional(),
  statsD: pushed.optional(),
  influxDB2: influxDB2.optional(),
  otlp: otlp.optional(),
});

export const tracingOptions = structure(
  {
    addInternals: flag(),
    serviceName: text().default('traefik'),
    sampleRate: decimal().default(1),
    capturedRequestHeaders: list(),
    capturedResponseHeaders: list(),
    safeQueryParams: list(),
    resourceAttributes: map(text()),
    /** Deprecated: counts when `resourceAttributes` is absent. */
    globalAttributes: map(text()),
    otlp: structure(otlpTransports(), { allowEmpty: true }).optional(),
  },
  { allowEmpty: true, notYet: 'requests are not traced yet' },
);
