import type { z } from 'zod';
import { list, structure } from '../../config/options.ts';
import { ipStrategy } from '../source-options.ts';

/** The former name of `ipAllowList`. */
export const options = structure({
  sourceRange: list(),
  ipStrategy: ipStrategy.optional(),
});

export type Options = z.output<typeof options>;
