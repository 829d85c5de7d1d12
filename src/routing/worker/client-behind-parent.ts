import { isIP } from 'node:net';
import type { Exchange, ExchangeRequest } from '../../model/exchange.ts';

const FORWARDED_FOR = 'X-Forwarded-For';

/**
 * From here on the client is whom the parent took the request from, for rules, lists, limits and logs as for the
 * server. The field is only there when the parent is believed. Its last address moves into `client`, and comes back
 * when the request is forwarded: no server is told of the parent.
 */
export function revealClient(exchange: Exchange): void {
  const { request } = exchange;
  const told = request.forwardedFor ?? take(request);
  if (told === undefined) return;
  const comma = told.lastIndexOf(',');
  const address = comma === -1 ? told : told.slice(comma + 1).trim();
  const known = isIP(address) !== 0;
  if (known) exchange.client = { ...exchange.client, address };
  if (!known || !request.appendForwardedFor) request.headers.append(FORWARDED_FOR, told);
  else if (comma !== -1) request.headers.append(FORWARDED_FOR, told.slice(0, comma));
}

function take({ headers }: ExchangeRequest): string | undefined {
  const told = headers.get(FORWARDED_FOR);
  if (told !== undefined) headers.delete(FORWARDED_FOR);
  return told;
}
