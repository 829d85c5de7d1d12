import type { z } from 'zod';
import { structure, text } from '../../config/options.ts';

export const options = structure({
  /** Plain text, not an escaped path. */
  prefix: text(),
});

export type Options = z.output<typeof options>;
