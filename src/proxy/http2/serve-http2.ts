import type { Client } from '../../model/exchange.ts';
import type { Reading } from '../../model/reading.ts';
import type { HttpContext } from '../http1/http-context.ts';
import { ClientConnection } from './client-connection.ts';

export type Http2Connection = Pick<ClientConnection, 'drain' | 'destroy' | 'closed'>;

/** Serves HTTP/2 on a connection whose client has chosen it, until either side closes it. */
export function serveHttp2(reading: Reading, client: Client, context: HttpContext): Http2Connection {
  return new ClientConnection(reading, client, context);
}
