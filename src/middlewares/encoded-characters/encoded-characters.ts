import { encodedCharacterFilter } from '../../rules/path/encoded-characters.ts';
import type { CreateMiddleware } from '../middleware.ts';
import type { Options } from './options.ts';

/** Refuses paths with escaped characters that are not allowed in as many words. */
export const create: CreateMiddleware<Options> = (options) => {
  const denied = encodedCharacterFilter(options);
  return (next) => ({
    handle(exchange) {
      if (denied?.test(exchange.request.path)) exchange.reply(400, []);
      else next.handle(exchange);
    },
  });
};
