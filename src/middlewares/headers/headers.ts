import type { ExchangeRequest, ResponseLayer } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { checkField } from '../fields.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { Cors } from './cors.ts';
import type { Options } from './options.ts';
import { SecurityHeaders } from './security-headers.ts';

/**
 * Sets and removes headers on the way in and on the way out, answers cross-origin preflights, adds security
 * headers. What a client sees of CORS and of custom headers also stands on errors made further inside.
 */
export const create: CreateMiddleware<Options> = (options) => {
  const request = Object.entries(options.customRequestHeaders);
  const response = Object.entries(options.customResponseHeaders);
  for (const [name, value] of [...request, ...response]) checkField(name, value);
  const cors = Cors.from(options);
  const security = SecurityHeaders.from(options);
  if (!cors && !security && request.length + response.length === 0) {
    throw new Error('headers configuration not valid: no option is set');
  }
  const layer = responseLayer(response, cors, security);
  return (next) => ({
    handle(exchange) {
      if (cors?.answersPreflight(exchange)) return;
      for (const [name, value] of request) setRequestHeader(exchange.request, name, value);
      if (layer) exchange.pushLayer(layer);
      if (security?.refusesHost(exchange)) return;
      next.handle(exchange);
    },
  });
};

function responseLayer(
  custom: readonly (readonly [string, string])[],
  cors: Cors | undefined,
  security: SecurityHeaders | undefined,
): ResponseLayer | undefined {
  if (custom.length === 0 && !cors && !security) return undefined;
  return {
    onResponse(exchange, { headers }) {
      security?.apply(exchange, headers);
      for (const [name, value] of custom) setHeader(headers, name, value);
      cors?.apply(exchange, headers);
      return undefined;
    },
  };
}

function setRequestHeader(request: ExchangeRequest, name: string, value: string): void {
  if (name.toLowerCase() === 'host') request.host = value;
  else setHeader(request.headers, name, value);
  // Exactly this spelling: the way in Traefik to keep the client's address from a server.
  if (name === 'X-Forwarded-For' && value === '') request.appendForwardedFor = false;
}

/** An empty value removes the header. */
function setHeader(headers: Headers, name: string, value: string): void {
  if (value === '') headers.delete(name);
  else headers.set(name, value);
}
