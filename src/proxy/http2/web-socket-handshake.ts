import { createHash } from 'node:crypto';
import type { Exchange } from '../../model/exchange.ts';
import { HeaderBlock } from '../header-block.ts';
import { LineText } from '../recurring-lines.ts';
import type { Sender } from '../servers/roles.ts';

const KEY = 'Sec-WebSocket-Key';
const accepted = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** What a server of HTTP/2 is told of a request for a WebSocket: streams need no key (RFC 8441, 5). */
export function withoutKey(sender: Sender, exchange: Exchange): string {
  const written = new LineText();
  sender.writeFields(exchange, written);
  const fields = new HeaderBlock(written.text);
  fields.delete(KEY);
  return fields.lines;
}

/** Makes of its consent what a server of HTTP/1.1 would have answered to a request with this key. */
export function addConsent(headers: HeaderBlock, key: string | undefined): void {
  headers.append('Connection', 'Upgrade');
  headers.append('Upgrade', 'websocket');
  if (key === undefined) return;
  headers.set('Sec-WebSocket-Accept', createHash('sha1').update(`${key}${accepted}`).digest('base64'));
}
