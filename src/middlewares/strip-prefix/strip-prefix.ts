import type { CreateMiddleware } from '../middleware.ts';
import { stripPath, withoutPrefix } from '../path.ts';
import type { Options } from './options.ts';

/** Takes the first prefix of the list that fits off the path. Prefixes are plain text, not segments. */
export const create: CreateMiddleware<Options> = (options) => {
  const prefixes = options.prefixes.map((prefix) => prefix.trim());
  return (next) => ({
    handle(exchange) {
      for (const prefix of prefixes) {
        const rest = withoutPrefix(exchange.request.path, prefix);
        if (rest === undefined) continue;
        if (!stripPath(exchange, prefix, rest)) return;
        break;
      }
      next.handle(exchange);
    },
  });
};
