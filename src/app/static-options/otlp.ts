import { flag, map, structure, text } from '../../config/options.ts';

const tls = () =>
  structure({
    ca: text(),
    cert: text(),
    key: text({ secret: true }),
    insecureSkipVerify: flag(),
  }).optional();

/** Where telemetry goes, the same for logs, metrics and traces. */
export const otlpTransports = () => ({
  grpc: structure(
    {
      endpoint: text().default('localhost:4317'),
      insecure: flag(),
      tls: tls(),
      headers: map(text({ secret: true })),
    },
    { allowEmpty: true },
  ).optional(),
  http: structure(
    {
      endpoint: text().default('https://localhost:4318'),
      tls: tls(),
      headers: map(text({ secret: true })),
    },
    { allowEmpty: true },
  ).optional(),
});

export const otlpLogs = () =>
  structure(
    {
      serviceName: text().default('traefik'),
      resourceAttributes: map(text()),
      ...otlpTransports(),
    },
    { allowEmpty: true, notYet: 'logs are not sent by OTLP yet' },
  ).optional();
