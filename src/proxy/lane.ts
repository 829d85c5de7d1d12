import type { Socket } from 'node:net';
import type { Reading } from '../model/reading.ts';

/** Up to here a copy costs less than memory of its own. */
const smallBytes = 16_384;

/** One direction: what comes in at one socket goes out at another, no faster than that one takes it. */
export class Lane {
  readonly #from: Reading;
  readonly #to: Socket;
  #full = false;

  constructor(from: Reading, to: Socket) {
    this.#from = from;
    this.#to = to;
    to.on('drain', this.#drained);
    const early = from.take((bytes, end) => this.#pass(bytes, end));
    if (early !== undefined) this.#note(to.write(early));
  }

  #pass(bytes: Buffer, end: number): void {
    const { memory } = this.#from;
    if (memory.stable) {
      // It is lent to the socket until it is out.
      this.#to.write(bytes.subarray(0, end), this.#drained);
      this.#note(this.#to.writableLength === 0);
    } else if (end <= smallBytes) this.#note(this.#to.write(latin1Slice.call(bytes, 0, end), 'latin1'));
    else this.#note(this.#to.write(Buffer.from(bytes.subarray(0, end))));
    memory.streaming = end > smallBytes;
  }

  #note(flowing: boolean): void {
    if (flowing || this.#full) return;
    this.#full = true;
    this.#from.memory.lend();
    this.#from.socket.pause();
  }

  readonly #drained = (): void => {
    if (!this.#full || this.#to.writableLength > 0) return;
    this.#full = false;
    this.#from.memory.takeBack();
    this.#from.socket.resume();
  };
}

/** Of any bytes, whoever made them. */
const { latin1Slice } = Buffer.prototype;
