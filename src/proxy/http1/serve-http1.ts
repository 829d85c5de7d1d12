import type { Client } from '../../model/exchange.ts';
import type { Reading } from '../../model/reading.ts';
import { ClientConnection } from './client-connection.ts';
import type { HttpContext } from './http-context.ts';

export type { HttpContext } from './http-context.ts';
export type Http1Connection = Pick<ClientConnection, 'drain' | 'destroy' | 'closed'>;

/** Serves HTTP/1.1 on a connection (plain or TLS, allowing half-open) until either side closes it. */
export function serveHttp1(reading: Reading, client: Client, context: HttpContext): Http1Connection {
  return new ClientConnection(reading, client, context);
}
