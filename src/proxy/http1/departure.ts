import type { Socket } from 'node:net';
import type { Timed, TimerWheel } from '../timer-wheel.ts';

/** So long a client may take to read the last answer before its connection is gone. */
const lingerMs = 2000;
/**
 * A client that has ended its side gets its answers if they begin this soon: of one that has gone for good nothing
 * else is heard until something is written to it. Longer than a server may take to ask for a body.
 */
const silenceMs = 1500;

export interface DepartureInit {
  readonly socket: Socket;
  readonly wheel: TimerWheel;
  /** Whose deadline is set. */
  readonly timed: Timed;
  readonly encrypted: boolean;
}

/** How a client and its connection part: the client may go first, half or whole, or the last answer ends it. */
export class Departure {
  readonly #socket: Socket;
  readonly #wheel: TimerWheel;
  readonly #timed: Timed;
  readonly #encrypted: boolean;
  #clientDone = false;
  #begun = false;
  /** When the answer must be out, as the wheel counts. */
  #answerBy = Number.POSITIVE_INFINITY;
  /** Bytes, when somebody last looked. */
  #written = 0;

  constructor({ socket, wheel, timed, encrypted }: DepartureInit) {
    this.#socket = socket;
    this.#wheel = wheel;
    this.#timed = timed;
    this.#encrypted = encrypted;
  }

  /** The client sends no more. */
  get clientDone(): boolean {
    return this.#clientDone;
  }

  /** Nothing else will be answered. */
  get begun(): boolean {
    return this.#begun;
  }

  /** The request is complete; the answer has this long, 0 meaning any time. */
  awaitAnswer(ms: number): void {
    this.#answerBy = ms === 0 ? Number.POSITIVE_INFINITY : this.#wheel.now + ms;
    this.#wheel.arm(this.#timed, this.#clientDone ? silenceMs : ms);
  }

  /** The client has ended its side: that is how clients go away, but some still wait for their answers. */
  clientEnded(): void {
    this.#clientDone = true;
    this.#written = this.#socket.bytesWritten;
    if (!this.#begun) this.#wheel.arm(this.#timed, silenceMs);
  }

  /** A client that takes what is written is there; of the others nobody knows. */
  outwait(): void {
    const written = this.#socket.bytesWritten;
    const moving = written !== this.#written || this.#socket.writableLength > 0;
    this.#written = written;
    if (moving && this.#wheel.now < this.#answerBy) this.#wheel.arm(this.#timed, silenceMs);
    else this.#socket.destroy();
  }

  /** Closes the connection; a reset would overtake the last answer while the client `maySend`. */
  begin(maySend: boolean): void {
    this.#begun = true;
    this.#wheel.arm(this.#timed, lingerMs);
    if (!maySend) return this.#leave();
    this.#socket.end();
    this.#written = this.#socket.bytesWritten;
  }

  /** The connection is no more. */
  over(): void {
    this.#begun = true;
    this.#wheel.remove(this.#timed);
  }

  /** As soon as the answer is with the kernel; with TLS its end has to be told, too. */
  #leave(): void {
    if (!this.#encrypted && this.#socket.writableLength === 0) this.#socket.destroy();
    else this.#socket.destroySoon();
  }
}
