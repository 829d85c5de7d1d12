import type { z } from 'zod';
import { list, structure } from '../../config/options.ts';

export const options = structure({
  /** Names, outermost first; the control plane puts them in the place of the chain. */
  middlewares: list(),
});

export type Options = z.output<typeof options>;
