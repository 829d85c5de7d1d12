import { randomInt } from 'node:crypto';
import { keyedHash } from '../support/keyed-hash.ts';
import { lock, unlock } from './spin-lock.ts';

const LOCK = 0;
/** Of the hash: chosen by whoever comes first. */
const SECRET = 1;
const FIRST = 3;
const KEY_WORDS = 2;
/** Places that one key may have; beyond them another has to go. */
const WAYS = 16;

export interface SharedTableInit {
  readonly slots: number;
  /** Of the state that belongs to a key. */
  readonly stateWords: number;
}

/** 32-bit words of shared memory that such a table needs. */
export function sharedTableWords({ slots, stateWords }: SharedTableInit): number {
  return FIRST + slots * (KEY_WORDS + stateWords);
}

/**
 * A few words of state for each key, the same for all workers, in memory of a fixed size: whoever sends ever new keys
 * pushes out the oldest, no more. Keys are told apart by 64 bits of a hash with a secret: nobody can aim at one.
 */
export class SharedTable {
  readonly #cell: Int32Array;
  readonly #slots: number;
  readonly #slotWords: number;
  readonly #secret: Int32Array;

  /** `cell` has `sharedTableWords` words. */
  constructor(cell: Int32Array, { slots, stateWords }: SharedTableInit) {
    this.#cell = cell;
    this.#slots = slots;
    this.#slotWords = KEY_WORDS + stateWords;
    this.#secret = cell.subarray(SECRET, FIRST);
    lock(cell, LOCK);
    if (this.#secret[0] === 0) this.#secret.set([randomWord(), randomWord()]);
    unlock(cell, LOCK);
  }

  /**
   * Runs `change` on the cell and the place where the state of `key` begins, alone among all workers; it is short and
   * does not throw. A new key begins with zeros. `worth` says of a place how much would be lost with it.
   */
  change<T>(
    key: string,
    worth: (cell: Int32Array, at: number) => number,
    change: (cell: Int32Array, at: number) => T,
  ): T {
    const { high, low } = keyedHash(key, this.#secret[0]!, this.#secret[1]!);
    lock(this.#cell, LOCK);
    try {
      return change(this.#cell, this.#place(high || 1, low, worth));
    } finally {
      unlock(this.#cell, LOCK);
    }
  }

  #place(high: number, low: number, worth: (cell: Int32Array, at: number) => number): number {
    const cell = this.#cell;
    let cheapest = -1;
    let lowest = Number.POSITIVE_INFINITY;
    for (let way = 0; way < WAYS; way += 1) {
      const slot = FIRST + (((low >>> 0) + way) % this.#slots) * this.#slotWords;
      if (cell[slot] === high && cell[slot + 1] === low) return slot + KEY_WORDS;
      const value = cell[slot] === 0 ? Number.NEGATIVE_INFINITY : worth(cell, slot + KEY_WORDS);
      if (value >= lowest) continue;
      cheapest = slot;
      lowest = value;
    }
    cell.fill(0, cheapest, cheapest + this.#slotWords);
    cell[cheapest] = high;
    cell[cheapest + 1] = low;
    return cheapest + KEY_WORDS;
  }
}

/** Never 0, which says that there is none yet. */
const randomWord = (): number => randomInt(1, 2 ** 32) | 0;
