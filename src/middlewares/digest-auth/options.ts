import type { z } from 'zod';
import { structure } from '../../config/options.ts';
import { userOptions } from '../user-options.ts';

/** Lines are `name:realm:HA1`. */
export const options = structure(userOptions);

export type Options = z.output<typeof options>;
