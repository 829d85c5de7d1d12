import type { Socket } from 'node:net';
import type { Client } from '../../model/exchange.ts';
import { ClientConnection, type HttpContext } from './client-connection.ts';

export type { HttpContext } from './client-connection.ts';
export type Http1Connection = Pick<ClientConnection, 'drain' | 'destroy' | 'closed'>;

/** Serves HTTP/1.1 on a socket (plain or TLS, allowing half-open) until either side closes it. */
export function serveHttp1(socket: Socket, client: Client, context: HttpContext): Http1Connection {
  return new ClientConnection(socket, client, context);
}
