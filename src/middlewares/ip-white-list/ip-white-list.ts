import { allowList } from '../allow-list.ts';
import type { CreateMiddleware } from '../middleware.ts';
import type { Options } from './options.ts';

/** The former name of `ipAllowList`; always answers 403. */
export const create: CreateMiddleware<Options> = (options, context) =>
  allowList({ ...options, rejectStatusCode: 403 }, context);
