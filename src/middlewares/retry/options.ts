import type { z } from 'zod';
import { duration, flag, integer, list, structure } from '../../config/options.ts';

export const options = structure({
  /** All tries, the first included. */
  attempts: integer(),
  initialInterval: duration(),
  timeout: duration(),
  maxRequestBodyBytes: integer().default(2_097_152),
  /** Statuses and ranges: `503`, `500-599`. */
  status: list(),
  disableRetryOnNetworkError: flag(),
  retryNonIdempotentMethod: flag(),
});

export type Options = z.output<typeof options>;
