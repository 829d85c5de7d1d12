import type { z } from 'zod';
import { integer, list, structure } from '../../config/options.ts';
import { ipStrategy } from '../source-options.ts';

export const options = structure({
  /** Addresses and ranges. */
  sourceRange: list(),
  ipStrategy: ipStrategy.optional(),
  /** 0: 403. */
  rejectStatusCode: integer(),
});

export type Options = z.output<typeof options>;
