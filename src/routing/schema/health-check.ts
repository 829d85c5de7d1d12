import type { z } from 'zod';
import { duration, flag, integer, map, structure, text } from '../../config/options.ts';

const fields = {
  scheme: text(),
  mode: text().default('http'),
  path: text(),
  method: text(),
  /** 0: any from 200 to 399. */
  status: integer(),
  port: integer(),
  interval: duration().default(30_000),
  /** For servers that are down; absent: the same. */
  unhealthyInterval: duration().optional(),
  timeout: duration().default(5_000),
  hostname: text(),
  followRedirects: flag({ alwaysShown: true }).default(true),
  headers: map(text()),
};

const passiveFields = {
  failureWindow: duration().default(10_000),
  maxFailedAttempts: integer().default(1),
};

export const healthCheck = structure(fields);
export const passiveHealthCheck = structure(passiveFields);

export type HealthCheck = z.output<typeof healthCheck>;
export type PassiveHealthCheck = z.output<typeof passiveHealthCheck>;

/** Not ours to carry out: parents do, as an uplink tells them. */
export const uplinkHealthCheck = structure(fields);
export const uplinkPassiveHealthCheck = structure(passiveFields);
