import type { z } from 'zod';
import { flag, structure, text } from '../../config/options.ts';

export const options = structure({ scheme: text(), port: text(), permanent: flag() });

export type Options = z.output<typeof options>;
