import type { z } from 'zod';
import { duration, integer, structure, text } from '../../config/options.ts';

export const options = structure({
  expression: text(),
  checkPeriod: duration().default(100),
  fallbackDuration: duration().default(10_000),
  recoveryDuration: duration().default(10_000),
  responseCode: integer().default(503),
});

export type Options = z.output<typeof options>;
