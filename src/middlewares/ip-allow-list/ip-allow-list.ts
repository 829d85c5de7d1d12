import { allowList } from '../allow-list.ts';
import type { CreateMiddleware } from '../middleware.ts';
import type { Options } from './options.ts';

export const create: CreateMiddleware<Options> = allowList;
