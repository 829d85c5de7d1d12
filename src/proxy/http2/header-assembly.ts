import { GrowingBuffer } from '../http1/growing-buffer.ts';
import { dependsOnItself, unpad } from './check-frame.ts';
import {
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  type Frame,
  HAS_PRIORITY,
  HEADERS,
  type Span,
} from './frame.ts';
import { ENHANCE_YOUR_CALM, FRAME_SIZE_ERROR, Http2Error, PROTOCOL_ERROR } from './http2-error.ts';

/** What a HEADERS frame and its CONTINUATION frames say together: a header block, and for which stream. */
export interface HeaderSection extends Span {
  readonly stream: number;
  readonly endStream: boolean;
  /** Its priority makes the stream depend on itself. */
  readonly dependsOnItself: boolean;
}

const priorityBytes = 5;
/** A block in pieces smaller than this on average is an attack. */
const pieceBytesMin = 256;
const piecesFree = 16;

/**
 * Puts header blocks together; while one is under way, no other frame may come. It is itself the section that it
 * gives, good until the next one begins.
 */
export class HeaderAssembly implements HeaderSection {
  stream = 0;
  endStream = false;
  dependsOnItself = false;
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  end = 0;
  readonly #bytesMax: number;
  /** Of a block that is not complete. */
  #pieces: GrowingBuffer | undefined;
  #count = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get active(): boolean {
    return this.#pieces !== undefined;
  }

  /** Takes HEADERS or CONTINUATION, and gives the section when it is complete. */
  add(frame: Frame): HeaderSection | undefined {
    if (frame.type === HEADERS) return this.#begin(frame);
    const pieces = this.#pieces;
    if (pieces === undefined || this.stream !== frame.stream) throw unexpected();
    pieces.append(frame.payload);
    this.#count++;
    this.#limit(pieces.bytes.length);
    if ((frame.flags & END_HEADERS) === 0) return undefined;
    this.#pieces = undefined;
    return this.#complete(pieces.bytes, 0, pieces.bytes.length);
  }

  /** Throws when the frame comes between the pieces of a block. */
  guard(frame: Frame): void {
    if (this.active !== (frame.type === CONTINUATION)) throw unexpected();
  }

  #begin(frame: Frame): HeaderSection | undefined {
    this.stream = frame.stream;
    this.endStream = (frame.flags & END_STREAM) !== 0;
    this.dependsOnItself = false;
    unpad(frame);
    if ((frame.flags & HAS_PRIORITY) !== 0) this.#readPriority(frame);
    if ((frame.flags & END_HEADERS) !== 0) return this.#complete(frame.bytes, frame.at, frame.end);
    this.#pieces = new GrowingBuffer(frame.payload);
    this.#count = 0;
    return undefined;
  }

  #readPriority(frame: Frame): void {
    if (frame.length < priorityBytes) {
      throw new Http2Error(FRAME_SIZE_ERROR, 'A frame is too short for its priority.');
    }
    this.dependsOnItself = dependsOnItself(frame);
    frame.at += priorityBytes;
  }

  #complete(bytes: Buffer, at: number, end: number): HeaderSection {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
    return this;
  }

  #limit(length: number): void {
    if (length > this.#bytesMax || this.#count > piecesFree + length / pieceBytesMin) {
      throw new Http2Error(ENHANCE_YOUR_CALM, 'A header block is too large or in too many pieces.');
    }
  }
}

function unexpected(): Http2Error {
  return new Http2Error(PROTOCOL_ERROR, 'A frame stands where it must not.');
}
