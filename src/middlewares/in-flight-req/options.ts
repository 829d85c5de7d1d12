import type { z } from 'zod';
import { integer, structure } from '../../config/options.ts';
import { sourceCriterion } from '../source-options.ts';

export const options = structure({
  amount: integer(),
  sourceCriterion: sourceCriterion.optional(),
});

export type Options = z.output<typeof options>;
