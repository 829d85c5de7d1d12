import type { Headers } from '../../model/headers.ts';
import { HeaderBlock } from '../header-block.ts';
import type { FieldList } from './field-list.ts';
import { Http2Error, PROTOCOL_ERROR } from './http2-error.ts';

/** Fields that decide about a message are of no use after it, and a danger to whoever merges them. */
const dropped = new Set([
  'content-length',
  'host',
  'te',
  'trailer',
  'expect',
  'cookie',
  'hop',
  'managed',
  'uplink',
]);

/** Throws an `Http2Error` for the stream when they are malformed. */
export function readTrailers(fields: FieldList, stream: number): Headers | undefined {
  let lines = '';
  for (let index = 0; index < fields.length; index++) {
    const { name, kind, line } = fields.at(index);
    if (kind === 'malformed' || name.startsWith(':')) {
      throw new Http2Error(PROTOCOL_ERROR, 'A trailer is malformed.', stream);
    }
    if (!dropped.has(kind)) lines += line;
  }
  return lines === '' ? undefined : new HeaderBlock(lines);
}
