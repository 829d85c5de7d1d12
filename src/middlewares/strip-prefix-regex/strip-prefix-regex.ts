import { goRegexp } from '../../support/go-regexp.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { decodePath, stripPath, withoutPrefix } from '../path.ts';
import type { Options } from './options.ts';

/** Takes off the path what the first expression finds at its beginning. */
export const create: CreateMiddleware<Options> = (options) => {
  const expressions = options.regex.map((expression) => goRegexp(expression.trim()));
  return (next) => ({
    handle(exchange) {
      const path = decodePath(exchange.request.path);
      for (const expression of expressions) {
        const prefix = expression.find(path);
        if (!prefix || !path.startsWith(prefix)) continue;
        const rest = withoutPrefix(exchange.request.path, prefix);
        if (rest === undefined) continue;
        if (!stripPath(exchange, prefix, rest)) return;
        break;
      }
      next.handle(exchange);
    },
  });
};
