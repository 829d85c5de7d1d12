import type { z } from 'zod';
import { integer, structure, text } from '../../config/options.ts';

/** 0 means: no limit for bodies, 1 MiB for memory. */
export const options = structure({
  maxRequestBodyBytes: integer(),
  memRequestBodyBytes: integer(),
  maxResponseBodyBytes: integer(),
  memResponseBodyBytes: integer(),
  retryExpression: text(),
});

export type Options = z.output<typeof options>;
