/** Types of frames (RFC 9113, section 6; RFC 9218). */
export const DATA = 0x0;
export const HEADERS = 0x1;
export const PRIORITY = 0x2;
export const RST_STREAM = 0x3;
export const SETTINGS = 0x4;
export const PUSH_PROMISE = 0x5;
export const PING = 0x6;
export const GOAWAY = 0x7;
export const WINDOW_UPDATE = 0x8;
export const CONTINUATION = 0x9;
export const PRIORITY_UPDATE = 0x10;

/** Flags. */
export const END_STREAM = 0x1;
export const ACK = 0x1;
export const END_HEADERS = 0x4;
export const PADDED = 0x8;
export const HAS_PRIORITY = 0x20;

export const frameHeaderBytes = 9;
/** The largest payload that anybody may send who was not told otherwise; it is what we take and send. */
export const payloadBytesMax = 16_384;
/** What a client says first. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** Whether a connection begins as HTTP/2 does. */
export function looksLikePreface(bytes: Buffer): 'yes' | 'no' | 'incomplete' {
  const length = Math.min(bytes.length, preface.length);
  if (preface.compare(bytes, 0, length, 0, length) !== 0) return 'no';
  return length === preface.length ? 'yes' : 'incomplete';
}

/** Bytes where they stand, to be used at once: to cut them out would cost more than most of them are worth. */
export interface Span {
  readonly bytes: Buffer;
  readonly at: number;
  readonly end: number;
}

/** A frame as it was read. A reader has one of them: what it says is good until the next one. */
export class Frame implements Span {
  type = 0;
  flags = 0;
  stream = 0;
  bytes: Buffer = preface;
  /** Where the payload stands. */
  at = 0;
  end = 0;

  get length(): number {
    return this.end - this.at;
  }

  get payload(): Buffer {
    return this.bytes.subarray(this.at, this.end);
  }

  /** The numbers that most payloads are. */
  number(offset: number): number {
    return this.bytes.readUInt32BE(this.at + offset);
  }
}
