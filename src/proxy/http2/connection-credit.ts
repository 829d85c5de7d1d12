import { ReceiveWindow } from './receive-window.ts';

export const connectionWindowBytes = 1_048_576;
const connectionWindowBytesMax = 4_194_304;
/** What may wait here for slow receivers before the other side is held up as a whole. */
const heldBytesMax = 4_194_304;

/**
 * The window of a whole connection. Bytes are given back as soon as they have come, so that one slow stream
 * does not stop the others, unless too much waits in memory.
 */
export class ConnectionCredit {
  readonly #window: ReceiveWindow;
  #held = 0;
  #owed = 0;

  constructor(now: number) {
    this.#window = new ReceiveWindow({
      bytes: connectionWindowBytes,
      bytesMax: connectionWindowBytesMax,
      now,
    });
  }

  /** False: it is more than was allowed. */
  receive(bytes: number): boolean {
    return this.#window.receive(bytes);
  }

  /** To be called with what has been received: it waits for its receiver. Gives what to allow now. */
  hold(bytes: number, now: number): number {
    this.#held += bytes;
    if (this.#held <= heldBytesMax) return this.#window.consume(bytes, now);
    this.#owed += bytes;
    return 0;
  }

  /** It waits no longer. Gives what to allow now. */
  release(bytes: number, now: number): number {
    this.#held -= bytes;
    if (this.#owed === 0 || this.#held > heldBytesMax) return 0;
    const owed = this.#owed;
    this.#owed = 0;
    return this.#window.consume(owed, now);
  }
}
