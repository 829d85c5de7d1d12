import type { ExchangeResponse } from '../../model/exchange.ts';
import { httpDate } from '../http-date.ts';
import type { Span } from './frame.ts';
import type { HpackEncoder } from './hpack/encoder.ts';

/** Encodes the head of a response; tells whether a body follows it. */
export function encodeResponse(
  encoder: HpackEncoder,
  { response, method }: { response: ExchangeResponse; method: string },
): { block: Span; bodied: boolean } {
  const { status, body, headers } = response;
  const toHead = method === 'HEAD';
  const bodied = !toHead && status !== 204 && status !== 304 && body.length !== 0;
  encoder.begin();
  encoder.status(status);
  headers.writeTo(encoder);
  if (!headers.has('Date')) encoder.lines(`Date: ${httpDate()}\r\n`);
  if (status !== 204 && status !== 304 && body.length !== undefined) {
    const told = toHead && (body.length === 0 || headers.has('Content-Length'));
    if (!told) encoder.contentLength(body.length);
  }
  return { block: encoder.end(), bodied };
}
