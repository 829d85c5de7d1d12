import { lock, unlock } from './spin-lock.ts';

const LOCK = 0;
const FIRST = 1;
/** Of a slot: two words of the key's hash, whose share it is, how many. */
const HIGH = 0;
const LOW = 1;
const OWNER = 2;
const COUNT = 3;
const SLOT_WORDS = 4;
const SETS = 64;
const SET_WORDS = 32 * SLOT_WORDS;

/** 32-bit words of shared memory that the counts need. */
export const sharedCountWords = FIRST + SETS * SET_WORDS;

/**
 * Counts by key that are exact over all workers: how many connections a client has. Each worker keeps its share in
 * slots of its own, so that what one that has died was counting can be forgotten.
 *
 * There is room for some thousand keys at a time. Where more of them meet in one set, those beyond are let in without
 * being counted: many clients at once must not shut out everybody.
 */
export class SharedCounts {
  readonly #cell: Int32Array;
  readonly #owner: number;

  /** `place` is the worker's: nobody else lives there, and what is counted for it is of one that has died. */
  constructor(cell: Int32Array, place: number) {
    this.#cell = cell;
    this.#owner = place + 1;
    this.#forgetOwn();
  }

  /** Counts one more, or says no when there are `max` of the key. */
  enter(key: string, max: number): boolean {
    const place = locate(key);
    lock(this.#cell, LOCK);
    const admitted = this.#admit(place, max);
    unlock(this.#cell, LOCK);
    return admitted;
  }

  leave(key: string): void {
    const place = locate(key);
    const cell = this.#cell;
    lock(cell, LOCK);
    for (let slot = place.start; slot < place.start + SET_WORDS; slot += SLOT_WORDS) {
      const isOwn = this.#holds(slot, place) && cell[slot + OWNER] === this.#owner;
      if (isOwn && cell[slot + COUNT]! > 0) cell[slot + COUNT]! -= 1;
    }
    unlock(cell, LOCK);
  }

  #admit(place: Place, max: number): boolean {
    const cell = this.#cell;
    let total = 0;
    let own = -1;
    let free = -1;
    for (let slot = place.start; slot < place.start + SET_WORDS; slot += SLOT_WORDS) {
      if (cell[slot + COUNT] === 0) free = slot;
      else if (this.#holds(slot, place)) {
        total += cell[slot + COUNT]!;
        if (cell[slot + OWNER] === this.#owner) own = slot;
      }
    }
    if (total >= max) return false;
    if (own !== -1) cell[own + COUNT]! += 1;
    else if (free !== -1) cell.set([place.high, place.low, this.#owner, 1], free);
    return true;
  }

  #holds(slot: number, { high, low }: Place): boolean {
    return this.#cell[slot + HIGH] === high && this.#cell[slot + LOW] === low;
  }

  #forgetOwn(): void {
    lock(this.#cell, LOCK);
    for (let slot = FIRST; slot < this.#cell.length; slot += SLOT_WORDS) {
      if (this.#cell[slot + OWNER] === this.#owner) this.#cell.fill(0, slot, slot + SLOT_WORDS);
    }
    unlock(this.#cell, LOCK);
  }
}

/** Two keys that share both halves of the hash share a count. */
interface Place {
  readonly high: number;
  readonly low: number;
  readonly start: number;
}

function locate(key: string): Place {
  let high = 0x9e3779b9;
  let low = 0x7f4a7c15;
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index);
    high = Math.imul(high ^ code, 0x85ebca6b);
    low = Math.imul(low ^ code, 0xc2b2ae35);
    high ^= low >>> 15;
    low ^= high >>> 13;
  }
  return { high: high | 0, low: low | 0, start: FIRST + (low & (SETS - 1)) * SET_WORDS };
}
