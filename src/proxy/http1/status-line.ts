import { statusText } from '../../support/status-text.ts';

const lines: (string | undefined)[] = [];

/** `HTTP/1.1 200 OK` and CRLF. */
export function statusLine(status: number): string {
  return (lines[status] ??= `HTTP/1.1 ${status} ${statusText(status)}\r\n`);
}

/** The same for a client that does not know better. */
export function oldStatusLine(status: number): string {
  return `HTTP/1.0 ${status} ${statusText(status)}\r\n`;
}
