import { create as createAllowList } from '../ip-allow-list/ip-allow-list.ts';
import type { CreateMiddleware } from '../middleware.ts';
import type { Options } from './options.ts';

/** The old name of `ipAllowList`; always answers 403. */
export const create: CreateMiddleware<Options> = (options, context) =>
  createAllowList({ ...options, rejectStatusCode: 403 }, context);
