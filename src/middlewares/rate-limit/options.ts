import type { z } from 'zod';
import { duration, integer, list, structure, text } from '../../config/options.ts';
import { clientTls } from '../client-tls-options.ts';
import { sourceCriterion } from '../source-options.ts';

const redis = structure({
  endpoints: list().default(['localhost:6379']),
  tls: structure(clientTls).optional(),
  username: text(),
  password: text({ secret: true }),
  db: integer(),
  poolSize: integer(),
  minIdleConns: integer(),
  maxActiveConns: integer(),
  readTimeout: duration().default(3000),
  writeTimeout: duration().default(3000),
  dialTimeout: duration().default(5000),
});

export const options = structure({
  /** Requests in each period; 0 means no limit. */
  average: integer(),
  period: duration().default(1000),
  burst: integer().default(1),
  sourceCriterion: sourceCriterion.optional(),
  redis: redis.optional(),
});

export type Options = z.output<typeof options>;
