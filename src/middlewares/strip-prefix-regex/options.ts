import type { z } from 'zod';
import { list, structure } from '../../config/options.ts';

export const options = structure({ regex: list() });

export type Options = z.output<typeof options>;
