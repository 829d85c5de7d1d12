import { isIP } from 'node:net';
import type { Exchange } from '../../model/exchange.ts';

const FORWARDED_FOR = 'X-Forwarded-For';

/**
 * From here on the client is whom the parent took the request from, for rules, lists, limits and logs as for the
 * server. The field is only there when the parent is believed. Its last address moves into `client`, and comes back
 * when the request is forwarded: no server is told of the parent.
 */
export function revealClient(exchange: Exchange): void {
  const { request } = exchange;
  const told = request.headers.get(FORWARDED_FOR);
  if (told === undefined) return;
  const comma = told.lastIndexOf(',');
  const address = told.slice(comma + 1).trim();
  if (isIP(address) === 0) return;
  exchange.client = { ...exchange.client, address };
  if (!request.appendForwardedFor) return;
  if (comma === -1) request.headers.delete(FORWARDED_FOR);
  else request.headers.set(FORWARDED_FOR, told.slice(0, comma));
}
