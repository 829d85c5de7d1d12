import type { Exchange } from '../../model/exchange.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { redirect, requestUri } from '../redirect.ts';
import type { Options } from './options.ts';

const STANDARD_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };
const PORT = /:\d*$/;

/** Redirects to the same URL with another scheme and port. */
export const create: CreateMiddleware<Options> = (options) => {
  if (options.scheme === '') throw new Error('you must provide a target scheme');
  const standard = options.port === '' || options.port === STANDARD_PORTS[options.scheme];
  const port = standard ? '' : `:${options.port}`;
  return (next) => ({
    handle(exchange) {
      const { host } = exchange.request;
      const location = `${options.scheme}://${host.replace(PORT, '')}${port}`;
      if (location === currentOrigin(exchange)) return next.handle(exchange);
      redirect(exchange, location + requestUri(exchange), options.permanent);
    },
  });
};

/** As the client sees it; a port that goes without saying is left out. */
function currentOrigin(exchange: Exchange): string {
  const { host, headers } = exchange.request;
  const scheme = schemeOf(headers.get('X-Forwarded-Proto')) ?? (exchange.client.tls ? 'https' : 'http');
  const port = PORT.exec(host)?.[0].slice(1) ?? '';
  const shown = port === '' || port === STANDARD_PORTS[scheme] ? '' : `:${port}`;
  return `${scheme}://${host.replace(PORT, '')}${shown}`;
}

function schemeOf(forwarded: string | undefined): string | undefined {
  if (forwarded === 'https' || forwarded === 'wss') return 'https';
  return forwarded === 'http' || forwarded === 'ws' ? 'http' : undefined;
}
