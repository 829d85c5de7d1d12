import { lock, unlock } from './spin-lock.ts';

const LOCK = 0;
const FIRST = 1;

/** 32-bit words of shared memory that a rotation over so many targets needs. */
export function balancerWords(targets: number): number {
  return FIRST + targets;
}

/** Who may be chosen right now. */
export interface Usable {
  isUsable(index: number): boolean;
}

export const everybody: Usable = { isUsable: () => true };

/**
 * Smooth weighted round robin: each turn every usable target gains its weight, the richest is chosen and pays what
 * all have gained. Weights 3 and 1 give a a b a, not a a a b. With a cell in shared memory all workers take turns as
 * one would.
 */
export class SmoothRoundRobin {
  readonly #weights: Int32Array;
  readonly #cell: Int32Array;

  /** Weights are whole; 0 and less is never chosen. Without a cell the state is this object's own. */
  constructor(weights: readonly number[], cell?: Int32Array) {
    this.#weights = Int32Array.from(weights);
    this.#cell = cell ?? new Int32Array(new SharedArrayBuffer(balancerWords(weights.length) * 4));
  }

  /** Index of the target whose turn it is, or -1 when none is usable. */
  next(usable: Usable): number {
    const cell = this.#cell;
    const weights = this.#weights;
    let best = -1;
    let gained = 0;
    lock(cell, LOCK);
    for (let index = 0; index < weights.length; index += 1) {
      const weight = weights[index]!;
      if (weight <= 0 || !usable.isUsable(index)) continue;
      gained += weight;
      cell[FIRST + index]! += weight;
      if (best === -1 || cell[FIRST + index]! > cell[FIRST + best]!) best = index;
    }
    if (best !== -1) cell[FIRST + best]! -= gained;
    unlock(cell, LOCK);
    return best;
  }
}
