import type { Socket } from 'node:net';
import type { Client } from '../../model/exchange.ts';
import type { HttpContext } from '../http1/client-connection.ts';
import { ClientConnection } from './client-connection.ts';

export type Http2Connection = Pick<ClientConnection, 'drain' | 'destroy' | 'closed'>;

/** Serves HTTP/2 on a socket whose client has chosen it, until either side closes it. */
export function serveHttp2(socket: Socket, client: Client, context: HttpContext): Http2Connection {
  return new ClientConnection(socket, client, context);
}
