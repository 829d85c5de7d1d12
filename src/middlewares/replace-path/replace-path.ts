import type { CreateMiddleware } from '../middleware.ts';
import { replyStatus } from '../replies.ts';
import type { Options } from './options.ts';

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** Sends every request to one path, given in its escaped form; the query stays. */
export const create: CreateMiddleware<Options> = (options) => {
  const { path } = options;
  const broken = BROKEN_ESCAPE.test(path);
  return (next) => ({
    handle(exchange) {
      if (broken) return replyStatus(exchange, 500);
      const { request } = exchange;
      request.headers.append('X-Replaced-Path', request.path);
      request.path = path;
      next.handle(exchange);
    },
  });
};
