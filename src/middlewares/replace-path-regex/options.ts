import type { z } from 'zod';
import { structure, text } from '../../config/options.ts';

export const options = structure({ regex: text(), replacement: text() });

export type Options = z.output<typeof options>;
