import type { Usable } from './smooth-round-robin.ts';

/**
 * Long enough to spare most requests the attempt, short enough that a server that comes back is soon
 * found.
 */
const AVOID_MS = 1000;

/** Remembers which targets could not be reached a moment ago, so that requests go elsewhere first. */
export class Unreachable implements Usable {
  readonly #until: Float64Array;
  readonly #now: () => number;

  constructor(targets: number, now: () => number) {
    this.#until = new Float64Array(targets);
    this.#now = now;
  }

  add(index: number): void {
    this.#until[index] = this.#now() + AVOID_MS;
  }

  /** Asks for the time only when there is something to remember: this runs for each request. */
  isUsable(index: number): boolean {
    const until = this.#until[index]!;
    return until === 0 || until <= this.#now();
  }
}

/** When nobody can be reached, everybody is worth a try. */
export const everybody: Usable = { isUsable: () => true };
