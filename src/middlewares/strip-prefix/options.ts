import type { z } from 'zod';
import { flag, list, structure } from '../../config/options.ts';

export const options = structure({
  prefixes: list(),
  /** Deprecated: `/` instead of an empty rest. */
  forceSlash: flag(),
});

export type Options = z.output<typeof options>;
