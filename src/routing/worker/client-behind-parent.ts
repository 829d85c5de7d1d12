import { isIP } from 'node:net';
import type { Client, Exchange, ExchangeRequest } from '../../model/exchange.ts';

const FORWARDED_FOR = 'X-Forwarded-For';
const clientsMax = 1024;

/** Whom a parent speaks for. */
interface Revealed {
  readonly client: Client;
  /** What is left of the list when its end has moved into `client`. */
  readonly list: string | undefined;
}

/** Of each parent's connection, by the list: most clients come more than once. */
const revealed = new WeakMap<Client, Map<string, Revealed>>();

/**
 * From here on the client is whom the parent took the request from, for rules, lists, limits and logs as for the
 * server. The field is only there when the parent is believed. Its last address moves into `client`, and comes back
 * when the request is forwarded: no server is told of the parent.
 */
export function revealClient(exchange: Exchange): void {
  const { request } = exchange;
  const told = request.forwardedFor ?? take(request);
  if (told === undefined) return;
  const { client, list } = reveal(exchange.client, told);
  const rest = client !== exchange.client && request.appendForwardedFor ? list : told;
  exchange.client = client;
  if (rest !== undefined) request.headers.append(FORWARDED_FOR, rest);
}

function take({ headers }: ExchangeRequest): string | undefined {
  const told = headers.get(FORWARDED_FOR);
  if (told !== undefined) headers.delete(FORWARDED_FOR);
  return told;
}

function reveal(parent: Client, told: string): Revealed {
  let clients = revealed.get(parent);
  if (clients === undefined) revealed.set(parent, (clients = new Map()));
  let known = clients.get(told);
  if (known === undefined) {
    if (clients.size >= clientsMax) clients.clear();
    clients.set(told, (known = read(parent, told)));
  }
  return known;
}

function read(parent: Client, told: string): Revealed {
  const comma = told.lastIndexOf(',');
  const address = comma === -1 ? told : told.slice(comma + 1).trim();
  if (isIP(address) === 0) return { client: parent, list: told };
  return { client: { ...parent, address }, list: comma === -1 ? undefined : told.slice(0, comma) };
}
