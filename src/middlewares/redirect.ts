import type { Exchange } from '../model/exchange.ts';
import { replyStatus } from './replies.ts';

/** Sends the client elsewhere. Methods other than GET keep their method and body (307, 308). */
export function redirect(exchange: Exchange, location: string, permanent: boolean): void {
  const get = exchange.request.method === 'GET';
  const status = permanent ? (get ? 301 : 308) : get ? 302 : 307;
  replyStatus(exchange, status, [['Location', location]]);
}

export function requestUri(exchange: Exchange): string {
  return exchange.request.path + exchange.request.query;
}
