import type { Usable } from './smooth-round-robin.ts';

/**
 * Long enough to spare most requests the attempt, short enough that a server that comes back is soon
 * found.
 */
const AVOID_MS = 1000;

export interface UnreachableInit {
  readonly targets: number;
  /** Who may be chosen at all. */
  readonly among: Usable;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/** Remembers which targets could not be reached a moment ago, so that requests go elsewhere first. */
export class Unreachable implements Usable {
  readonly #until: Float64Array;
  readonly #init: UnreachableInit;

  constructor(init: UnreachableInit) {
    this.#until = new Float64Array(init.targets);
    this.#init = init;
  }

  add(index: number): void {
    this.#until[index] = this.#init.now() + AVOID_MS;
  }

  /** Asks for the time only when there is something to remember: this runs for each request. */
  isUsable(index: number): boolean {
    const until = this.#until[index]!;
    return (until === 0 || until <= this.#init.now()) && this.#init.among.isUsable(index);
  }
}
