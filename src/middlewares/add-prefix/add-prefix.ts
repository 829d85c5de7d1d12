import type { CreateMiddleware } from '../middleware.ts';
import { escapePath } from '../path.ts';
import type { Options } from './options.ts';

/** Puts a prefix, plain text, before the path. */
export const create: CreateMiddleware<Options> = (options) => {
  if (options.prefix === '') throw new Error('prefix cannot be empty');
  const prefix = escapePath(options.prefix.startsWith('/') ? options.prefix : `/${options.prefix}`);
  return (next) => ({
    handle(exchange) {
      exchange.request.path = prefix + exchange.request.path;
      next.handle(exchange);
    },
  });
};
