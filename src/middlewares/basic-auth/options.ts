import type { z } from 'zod';
import { structure } from '../../config/options.ts';
import { userOptions } from '../user-options.ts';

/** Lines are `name:hash`, with bcrypt, MD5-crypt or SHA-1. */
export const options = structure(userOptions);

export type Options = z.output<typeof options>;
