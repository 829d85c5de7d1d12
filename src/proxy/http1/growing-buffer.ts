/** Bytes that come in pieces, joined without copying all of them for each new piece. */
export class GrowingBuffer {
  #store: Buffer;
  #length: number;

  constructor(first: Uint8Array) {
    this.#store = Buffer.allocUnsafe(Math.max(2048, first.length * 2));
    this.#store.set(first);
    this.#length = first.length;
  }

  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#store.length) {
      const larger = Buffer.allocUnsafe(length * 2);
      larger.set(this.bytes);
      this.#store = larger;
    }
    this.#store.set(piece, this.#length);
    this.#length = length;
  }

  /** All so far; valid until the next `append`. */
  get bytes(): Buffer {
    return this.#store.subarray(0, this.#length);
  }
}
