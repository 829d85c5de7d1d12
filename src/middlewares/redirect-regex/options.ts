import type { z } from 'zod';
import { flag, structure, text } from '../../config/options.ts';

export const options = structure({ regex: text(), replacement: text(), permanent: flag() });

export type Options = z.output<typeof options>;
