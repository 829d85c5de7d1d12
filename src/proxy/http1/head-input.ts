import { CR, LF } from './characters.ts';
import { GrowingBuffer } from './growing-buffer.ts';

/**
 * A head that did not come in one piece. It is worth another scan only when a line is empty or ends wrongly;
 * so a head of one byte at a time costs no more than one of a few pieces.
 */
export class HeadInput {
  readonly #pieces: GrowingBuffer;
  readonly #bytesMax: number;

  constructor(first: Uint8Array, bytesMax: number) {
    this.#pieces = new GrowingBuffer(first);
    this.#bytesMax = bytesMax;
  }

  get bytes(): Buffer {
    return this.#pieces.bytes;
  }

  /** True if a scan can now end. */
  append(piece: Uint8Array): boolean {
    const from = this.#pieces.bytes.length;
    this.#pieces.append(piece);
    const bytes = this.#pieces.bytes;
    return bytes.length > this.#bytesMax || endsIn(bytes, from);
  }
}

function endsIn(bytes: Buffer, from: number): boolean {
  for (let feed = bytes.indexOf(LF, from); feed !== -1; feed = bytes.indexOf(LF, feed + 1)) {
    if (feed === 1 || bytes[feed - 1] !== CR || bytes[feed - 2] === LF) return true;
  }
  return false;
}
