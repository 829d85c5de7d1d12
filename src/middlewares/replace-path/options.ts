import type { z } from 'zod';
import { structure, text } from '../../config/options.ts';

export const options = structure({
  /** In escaped form. */
  path: text(),
});

export type Options = z.output<typeof options>;
