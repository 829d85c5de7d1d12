import type { ExchangeRequest, ExchangeResponse } from '../../model/exchange.ts';
import { statusText } from '../../support/status-text.ts';
import { httpDate } from '../http-date.ts';
import type { Coding } from './message-writer.ts';
import { oldStatusLine, statusLine } from './status-line.ts';

export interface ResponseTerms {
  readonly request: ExchangeRequest;
  readonly keepAlive: boolean;
}

/** The head of a response as text, and how its body is written; `coding` is undefined when there is none. */
export function responseHead(
  response: ExchangeResponse,
  terms: ResponseTerms,
): { text: string; coding: Coding | undefined } {
  const { status, body, headers } = response;
  const old = terms.request.version === '1.0';
  const toHead = terms.request.method === 'HEAD';
  const bodiless = toHead || status === 204 || status === 304;
  const coding = bodiless ? undefined : codingOf(body.length, old);
  let text = (old ? oldStatusLine(status) : statusLine(status)) + headers.lines;
  if (!headers.has('Date')) text += `Date: ${httpDate()}\r\n`;
  if (coding === 'length' || (toHead && body.length !== 0 && !headers.has('Content-Length'))) {
    if (body.length !== undefined) text += `Content-Length: ${body.length}\r\n`;
  } else if (coding === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  if (!terms.keepAlive || coding === 'close') text += old ? '' : 'Connection: close\r\n';
  else if (old) text += 'Connection: keep-alive\r\n';
  return { text: `${text}\r\n`, coding };
}

function codingOf(length: number | undefined, old: boolean): Coding {
  if (length !== undefined) return 'length';
  return old ? 'close' : 'chunked';
}

/** Answers what is no acceptable request; nobody knows where the next one would begin, so the connection ends. */
export function refusal(status: number): string {
  const text = `${statusText(status)}\n`;
  const type = 'Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n';
  return `${statusLine(status)}${type}Connection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
}
