import type { z } from 'zod';
import { flag, structure } from '../../config/options.ts';

export const options = structure(
  {
    /** Deprecated: false makes the middleware do nothing. */
    autoDetect: flag({ alwaysShown: true }).optional(),
  },
  { allowEmpty: true },
);

export type Options = z.output<typeof options>;
