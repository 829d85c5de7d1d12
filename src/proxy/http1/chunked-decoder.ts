import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { HeaderBlock } from '../header-block.ts';
import { CR, LF } from './characters.ts';
import { FieldScanner } from './field-scanner.ts';
import { managedFields, uplinkField } from './request-head.ts';

/**
 * What a trailer must not say, because it would speak about the framing or the routing of its message, or is cut from
 * heads, too: some readers take both for one.
 */
const forbidden: readonly string[] = [
  'transfer-encoding',
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'host',
  'trailer',
  'te',
  'connection',
  'keep-alive',
  'upgrade',
  'authorization',
  'cookie',
  'set-cookie',
  'expect',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  ...managedFields,
  uplinkField,
];
/** Readers that look for these in trailers, too, take the message for a different one. */
const framing = ['transfer-encoding', 'content-length', 'connection', 'proxy-connection', 'upgrade'].map(
  (name) => forbidden.indexOf(name),
);
const scanner = new FieldScanner(forbidden);
const cutAll = new Uint8Array(forbidden.length).fill(1);

const extensionBytesMax = 4096;
const trailerBytesMax = 65_536;
/** Twelve hexadecimal digits: beyond any body, well below where numbers lose exactness. */
const sizeMax = 0xffff_ffff_ffff;
const EXTENSION = /^(?:;[\w!#$%&'*+\-.^`|~]+(?:=(?:[\w!#$%&'*+\-.^`|~]+|"[^"\\\0-\x08\x0a-\x1f\x7f]*"))?)*$/;
const SEMICOLON = 0x3b;

/** Gets what the decoder finds. */
export interface ChunkedTarget {
  deliver(bytes: Buffer, from: number, end: number): void;
  finish(trailers: Headers | undefined): void;
}

/**
 * The chunked coding (RFC 9112, 7.1), read without any tolerance: throws a `ProxyError` at the first
 * doubt.
 */
export class ChunkedDecoder {
  readonly #target: ChunkedTarget;
  #step: (bytes: Buffer, at: number, end: number) => number = this.#size;
  /** Of the chunk: bytes to come. */
  #left = 0;
  #digits = 0;
  #extension = '';
  /** The trailer section so far, with the empty line that ends it. */
  #trailers = '';
  #done = false;

  constructor(target: ChunkedTarget) {
    this.#target = target;
  }

  /** Gives the offset behind what was consumed: `end`, or the end of the body. */
  take(bytes: Buffer, from: number, end: number): number {
    let at = from;
    while (at < end && !this.#done) at = this.#step(bytes, at, end);
    return at;
  }

  #size(bytes: Buffer, at: number, end: number): number {
    let next = at;
    for (; next < end; next++) {
      const digit = hexDigit(bytes[next]!);
      if (digit === -1) break;
      this.#left = this.#left * 16 + digit;
      if (this.#left > sizeMax) refuse('A chunk is too large.');
      this.#digits++;
    }
    if (next === end) return next;
    if (this.#digits === 0) refuse('A chunk has no size.');
    if (bytes[next] === SEMICOLON) this.#step = this.#extensions;
    else this.#step = this.#sizeEnd;
    return next;
  }

  #extensions(bytes: Buffer, at: number, end: number): number {
    const stop = bytes.subarray(at, end).indexOf(CR);
    const next = stop === -1 ? end : at + stop;
    this.#extension += bytes.latin1Slice(at, next);
    if (this.#extension.length > extensionBytesMax) refuse('A chunk extension is too long.');
    if (stop === -1) return next;
    if (!EXTENSION.test(this.#extension)) refuse('A chunk extension is malformed.');
    this.#extension = '';
    this.#step = this.#sizeEnd;
    return next;
  }

  #sizeEnd(bytes: Buffer, at: number): number {
    if (bytes[at] !== CR) refuse('A chunk size is malformed.');
    this.#step = this.#sizeFeed;
    return at + 1;
  }

  #sizeFeed(bytes: Buffer, at: number): number {
    if (bytes[at] !== LF) refuse('A chunk size does not end in CRLF.');
    this.#step = this.#left === 0 ? this.#trailer : this.#data;
    this.#digits = 0;
    return at + 1;
  }

  #data(bytes: Buffer, at: number, end: number): number {
    const next = end - at > this.#left ? at + this.#left : end;
    this.#left -= next - at;
    if (this.#left === 0) this.#step = this.#dataEnd;
    this.#target.deliver(bytes, at, next);
    return next;
  }

  #dataEnd(bytes: Buffer, at: number): number {
    if (bytes[at] !== CR) refuse('A chunk is longer than its size.');
    this.#step = this.#dataFeed;
    return at + 1;
  }

  #dataFeed(bytes: Buffer, at: number): number {
    if (bytes[at] !== LF) refuse('A chunk does not end in CRLF.');
    this.#step = this.#size;
    return at + 1;
  }

  /** Line by line, until one is empty. */
  #trailer(bytes: Buffer, at: number, end: number): number {
    const stop = bytes.subarray(at, end).indexOf(LF);
    const next = stop === -1 ? end : at + stop + 1;
    this.#trailers += bytes.latin1Slice(at, next);
    if (this.#trailers.length > trailerBytesMax) refuse('The trailers are too long.');
    if (this.#trailers === '\r\n' || this.#trailers.endsWith('\n\r\n')) this.#finish();
    else if (stop !== -1 && !this.#trailers.endsWith('\r\n')) refuse('A trailer does not end in CRLF.');
    return next;
  }

  #finish(): void {
    this.#done = true;
    if (this.#trailers === '\r\n') return this.#target.finish(undefined);
    const bytes = Buffer.from(this.#trailers, 'latin1');
    if (scanner.scan(bytes, 0, bytes.length, cutAll) !== bytes.length) refuse('A trailer is malformed.');
    if (framing.some((id) => scanner.counts[id]! > 0)) refuse('A trailer speaks of the framing.');
    this.#target.finish(new HeaderBlock(scanner.lines(bytes)));
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Whose fault it is, and so the code, is known to the connection. */
function refuse(text: string): never {
  throw new ProxyError('malformed-request', text);
}
