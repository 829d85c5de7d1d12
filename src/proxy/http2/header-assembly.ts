import { GrowingBuffer } from '../http1/growing-buffer.ts';
import { dependsOnItself, unpadded } from './check-frame.ts';
import { CONTINUATION, END_HEADERS, END_STREAM, type Frame, HAS_PRIORITY, HEADERS } from './frame.ts';
import { ENHANCE_YOUR_CALM, FRAME_SIZE_ERROR, Http2Error, PROTOCOL_ERROR } from './http2-error.ts';

/** What a HEADERS frame and its CONTINUATION frames say together. */
export interface HeaderSection {
  readonly stream: number;
  readonly endStream: boolean;
  readonly block: Buffer;
  /** Its priority makes the stream depend on itself. */
  readonly dependsOnItself: boolean;
}

const priorityBytes = 5;
/** A block in pieces smaller than this on average is an attack. */
const pieceBytesMin = 256;
const piecesFree = 16;

/** Puts header blocks together; while one is under way, no other frame may come. */
export class HeaderAssembly {
  readonly #bytesMax: number;
  #begun: HeaderSection | undefined;
  #pieces: GrowingBuffer | undefined;
  #count = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get active(): boolean {
    return this.#begun !== undefined;
  }

  /** Takes HEADERS or CONTINUATION, and gives the section when it is complete. */
  add(frame: Frame): HeaderSection | undefined {
    if (frame.type === HEADERS) return this.#begin(frame);
    const begun = this.#begun;
    if (begun?.stream !== frame.stream) throw unexpected();
    this.#pieces!.append(frame.payload);
    this.#count++;
    this.#limit();
    if ((frame.flags & END_HEADERS) === 0) return undefined;
    const block = this.#pieces!.bytes;
    this.#begun = undefined;
    this.#pieces = undefined;
    return { ...begun, block };
  }

  /** Throws when the frame comes between the pieces of a block. */
  guard(frame: Frame): void {
    if (this.active !== (frame.type === CONTINUATION)) throw unexpected();
  }

  #begin(frame: Frame): HeaderSection | undefined {
    const section = sectionOf(frame);
    if ((frame.flags & END_HEADERS) !== 0) return section;
    this.#begun = section;
    this.#pieces = new GrowingBuffer(section.block);
    this.#count = 0;
    return undefined;
  }

  #limit(): void {
    const { length } = this.#pieces!.bytes;
    if (length > this.#bytesMax || this.#count > piecesFree + length / pieceBytesMin) {
      throw new Http2Error(ENHANCE_YOUR_CALM, 'A header block is too large or in too many pieces.');
    }
  }
}

function sectionOf(frame: Frame): HeaderSection {
  const { flags, stream } = frame;
  const payload = unpadded(frame);
  const prioritized = (flags & HAS_PRIORITY) !== 0;
  if (prioritized && payload.length < priorityBytes) {
    throw new Http2Error(FRAME_SIZE_ERROR, 'A frame is too short for its priority.');
  }
  return {
    stream,
    endStream: (flags & END_STREAM) !== 0,
    block: prioritized ? payload.subarray(priorityBytes) : payload,
    dependsOnItself: prioritized && dependsOnItself(payload, stream),
  };
}

function unexpected(): Http2Error {
  return new Http2Error(PROTOCOL_ERROR, 'A frame stands where it must not.');
}
