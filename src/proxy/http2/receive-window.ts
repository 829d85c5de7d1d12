/**
 * A window of which half is used up within this time holds its sender up: the way to the far side of the world and
 * back takes a third of it.
 */
const quickMs = 1000;

export interface ReceiveWindowInit {
  readonly bytes: number;
  readonly bytesMax: number;
  readonly now: number;
}

/**
 * How much the other side may still send, and when it is allowed more. The window doubles while it limits
 * the sender, up to a maximum, so that a fast and far peer is not held up and a slow one costs little memory.
 */
export class ReceiveWindow {
  #size: number;
  #left: number;
  #consumed = 0;
  #toldAt: number;
  readonly #bytesMax: number;

  constructor({ bytes, bytesMax, now }: ReceiveWindowInit) {
    this.#size = bytes;
    this.#left = bytes;
    this.#bytesMax = bytesMax;
    this.#toldAt = now;
  }

  /** False: it is more than was allowed. */
  receive(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** These bytes need no more memory here. Gives what to allow now; 0 while it is too little to tell. */
  consume(bytes: number, now: number): number {
    this.#consumed += bytes;
    if (this.#consumed < this.#size / 2) return 0;
    let increment = this.#consumed;
    this.#consumed = 0;
    if (now - this.#toldAt < quickMs && this.#size < this.#bytesMax) {
      const larger = Math.min(this.#size * 2, this.#bytesMax);
      increment += larger - this.#size;
      this.#size = larger;
    }
    this.#toldAt = now;
    this.#left += increment;
    return increment;
  }
}
