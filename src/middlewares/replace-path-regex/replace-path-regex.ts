import { cleanPath } from '../../rules/path/clean-path.ts';
import { goRegexp } from '../../support/go-regexp.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { replyError } from '../replies.ts';
import type { Options } from './options.ts';

/** Rewrites the escaped path where an expression finds something; the query stays. */
export const create: CreateMiddleware<Options> = (options) => {
  const expression = goRegexp(options.regex.trim());
  const replacement = options.replacement.trim();
  return (next) => ({
    handle(exchange) {
      const { request } = exchange;
      if (!expression.test(request.path)) return next.handle(exchange);
      // A question mark in the result belongs to the path: the query is another matter.
      const path = expression.replaceAll(request.path, replacement).replaceAll('?', '%3F');
      if (cleanPath(path, true) !== path) return replyError(exchange, 400, 'Bad Request');
      request.headers.append('X-Replaced-Path', request.path);
      request.path = path;
      next.handle(exchange);
    },
  });
};
