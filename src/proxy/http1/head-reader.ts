import { CR, LF } from './characters.ts';
import { INCOMPLETE } from './field-scanner.ts';
import type { Input } from './input.ts';
import { RequestHead, type Trust } from './request-head.ts';

/** The head that was read last, whoever read it. */
export const head = new RequestHead();

/** What `HeadReader.read` gives besides statuses to refuse with. */
export const COMPLETE = 0;
export const WAITING = -1;
/** Waiting from now on: before, there was nothing but empty lines. */
export const BEGUN = -2;

/** Finds the heads of requests in the input of a connection. */
export class HeadReader {
  readonly #input: Input;
  readonly #trust: Trust;
  readonly #bytesMax: number;
  #begun = false;

  constructor(input: Input, trust: Trust, bytesMax: number) {
    this.#input = input;
    this.#trust = trust;
    this.#bytesMax = bytesMax;
  }

  /** Reads the next one; `head` has it when it is complete. */
  read(bytes: Buffer): number {
    const { end } = this.#input;
    let from = this.#input.at;
    while (from + 1 < end && bytes[from] === CR && bytes[from + 1] === LF) from += 2;
    this.#input.clear();
    const begun = from < end && (from + 1 < end || bytes[from] !== CR);
    const after = begun ? head.read(bytes, from, end, this.#trust) : INCOMPLETE;
    const length = (after === INCOMPLETE ? end : after) - from;
    if (length > this.#bytesMax) return 431;
    if (after === INCOMPLETE) return this.#wait(bytes.subarray(from, end), begun);
    if (after < 0) return -after;
    this.#input.headEnded();
    this.#begun = false;
    if (after < end) this.#input.put(bytes, after, end);
    return COMPLETE;
  }

  #wait(bytes: Buffer, begun: boolean): number {
    const isNew = begun && !this.#begun;
    this.#begun = begun;
    if (bytes.length === 0) this.#input.headEnded();
    else this.#input.keepHead(bytes, this.#bytesMax);
    return isNew ? BEGUN : WAITING;
  }
}
