import type { Exchange } from '../model/exchange.ts';
import { statusText } from '../support/status-text.ts';

/** Answers with the bare reason phrase, as Traefik's middlewares do. */
export function replyStatus(
  exchange: Exchange,
  status: number,
  headers: readonly (readonly [string, string])[] = [],
): void {
  exchange.reply(status, headers, statusText(status));
}

/** Answers with one line of text that no browser will take for anything else. */
export function replyError(exchange: Exchange, status: number, text: string): void {
  exchange.reply(
    status,
    [
      ['Content-Type', 'text/plain; charset=utf-8'],
      ['X-Content-Type-Options', 'nosniff'],
    ],
    `${text}\n`,
  );
}
