import type { Exchange } from '../model/exchange.ts';
import { checkField } from './fields.ts';

/** Options that authenticating middlewares share. */
interface UserOptions {
  readonly realm: string;
  /** Tells the server who the user is; empty: nothing does. */
  readonly headerField: string;
  readonly removeHeader: boolean;
}

/** Throws an `Error` that names what could not be sent. */
export function checkUserOptions({ realm, headerField }: UserOptions): void {
  checkField('WWW-Authenticate', realm);
  if (headerField !== '') checkField(headerField);
}

/** The client is who it says: lets the logs know, and the server. */
export function announceUser(exchange: Exchange, user: string, options: UserOptions): void {
  const { headers } = exchange.request;
  exchange.trail.user = user;
  if (options.headerField !== '') headers.set(options.headerField, user);
  if (options.removeHeader) headers.delete('Authorization');
}

export function challenge(exchange: Exchange, how: string): void {
  exchange.reply(
    401,
    [
      ['WWW-Authenticate', how],
      ['Content-Type', 'text/plain'],
    ],
    '401 Unauthorized\n',
  );
}
