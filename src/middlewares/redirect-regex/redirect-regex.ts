import { goRegexp } from '../../support/go-regexp.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { redirect, requestUri } from '../redirect.ts';
import type { Options } from './options.ts';

/** Redirects to what an expression makes of the whole URL. The same URL passes, so that nothing loops. */
export const create: CreateMiddleware<Options> = (options) => {
  const expression = goRegexp(options.regex);
  return (next) => ({
    handle(exchange) {
      const scheme = exchange.client.tls ? 'https' : 'http';
      const url = `${scheme}://${exchange.request.host}${requestUri(exchange)}`;
      const location = expression.test(url) ? expression.replaceAll(url, options.replacement) : url;
      if (location === url) return next.handle(exchange);
      redirect(exchange, location, options.permanent);
    },
  });
};
