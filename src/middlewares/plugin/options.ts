import type { z } from 'zod';
import { free, map } from '../../config/options.ts';

/** By the plugin's name; anything may stand below it. */
export const options = map(free());

export type Options = z.output<typeof options>;
