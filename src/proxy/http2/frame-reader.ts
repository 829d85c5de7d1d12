import { GrowingBuffer } from '../http1/growing-buffer.ts';
import { Frame, frameHeaderBytes, payloadBytesMax, preface } from './frame.ts';
import { FRAME_SIZE_ERROR, Http2Error, PROTOCOL_ERROR } from './http2-error.ts';

export interface FrameSink {
  frame(frame: Frame): void;
}

/**
 * Cuts what arrives into frames, in whatever pieces it comes. Bytes are copied only of a frame that is not
 * there whole.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #frame = new Frame();
  #prefaceLeft: number;
  #partial: GrowingBuffer | undefined;
  #stopped = false;

  /** `awaitsPreface`: the other side is a client. */
  constructor(sink: FrameSink, { awaitsPreface }: { awaitsPreface: boolean }) {
    this.#sink = sink;
    this.#prefaceLeft = awaitsPreface ? preface.length : 0;
  }

  /** Part of a frame has come. */
  get waits(): boolean {
    return this.#partial !== undefined;
  }

  /** Nothing more is wanted; whatever is still under way is dropped. */
  stop(): void {
    this.#stopped = true;
    this.#partial = undefined;
  }

  /** Throws an `Http2Error` for the connection when this is no HTTP/2. */
  push(chunk: Buffer): void {
    let at = this.#prefaceLeft > 0 ? this.#readPreface(chunk) : 0;
    if (this.#partial !== undefined) at = this.#complete(this.#partial, chunk);
    while (!this.#stopped && chunk.length - at >= frameHeaderBytes) {
      const end = at + frameHeaderBytes + payloadLength(chunk, at);
      if (end > chunk.length) break;
      this.#deliver(chunk, at, end);
      at = end;
    }
    if (at < chunk.length && !this.#stopped) this.#partial = new GrowingBuffer(chunk.subarray(at));
  }

  #readPreface(chunk: Buffer): number {
    const from = preface.length - this.#prefaceLeft;
    const length = Math.min(this.#prefaceLeft, chunk.length);
    if (preface.compare(chunk, 0, length, from, from + length) !== 0) {
      throw new Http2Error(PROTOCOL_ERROR, 'The client did not begin as HTTP/2 does.');
    }
    this.#prefaceLeft -= length;
    return length;
  }

  /** Takes no more of the chunk than the frame needs. */
  #complete(partial: GrowingBuffer, chunk: Buffer): number {
    let at = fill(partial, { chunk, at: 0, until: frameHeaderBytes });
    if (partial.bytes.length < frameHeaderBytes) return at;
    const whole = frameHeaderBytes + payloadLength(partial.bytes, 0);
    at = fill(partial, { chunk, at, until: whole });
    if (partial.bytes.length < whole) return at;
    this.#partial = undefined;
    this.#deliver(partial.bytes, 0, whole);
    return at;
  }

  #deliver(bytes: Buffer, at: number, end: number): void {
    const frame = this.#frame;
    frame.type = bytes[at + 3]!;
    frame.flags = bytes[at + 4]!;
    frame.stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
    frame.bytes = bytes;
    frame.at = at + frameHeaderBytes;
    frame.end = end;
    this.#sink.frame(frame);
  }
}

function payloadLength(bytes: Buffer, at: number): number {
  const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  if (length > payloadBytesMax) throw new Http2Error(FRAME_SIZE_ERROR, 'A frame is larger than allowed.');
  return length;
}

function fill(
  partial: GrowingBuffer,
  { chunk, at, until }: { chunk: Buffer; at: number; until: number },
): number {
  const missing = until - partial.bytes.length;
  if (missing <= 0) return at;
  const end = Math.min(chunk.length, at + missing);
  partial.append(chunk.subarray(at, end));
  return end;
}
