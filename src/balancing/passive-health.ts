import type { HealthFlags } from './health-flags.ts';
import type { Usable } from './smooth-round-robin.ts';
import { lock, unlock } from './spin-lock.ts';

const LOCK = 0;
/** 1 while the server is out of service. */
const OUT = 1;
/** When that ends. */
const UNTIL = 2;
/** How many failures stand in the ring, and where the next one goes. */
const COUNT = 3;
const NEXT = 4;
const RING = 5;

export interface PassiveHealthRules {
  /** So many failures within the window take a server out of service, for as long as the window is. */
  readonly maxFailedAttempts: number;
  readonly failureWindowMs: number;
}

/** 32-bit words of shared memory that the passive health of so many servers needs. */
export function passiveHealthWords(servers: number, { maxFailedAttempts }: PassiveHealthRules): number {
  return servers * (RING + maxFailedAttempts);
}

export interface PassiveHealthInit extends PassiveHealthRules {
  /** In shared memory, `passiveHealthWords` words: failures count whichever worker saw them. */
  readonly cell: Int32Array;
  /** Of servers that are asked, too: then only an answer to that brings one back. */
  readonly flags: HealthFlags | undefined;
  /** Milliseconds of a clock that never goes back, the same for all workers. */
  now(): number;
}

/** Who has not failed too often lately, as clients saw it. */
export class PassiveHealth implements Usable {
  readonly #init: PassiveHealthInit;
  readonly #words: number;

  constructor(init: PassiveHealthInit) {
    this.#init = init;
    this.#words = RING + init.maxFailedAttempts;
  }

  isUsable(index: number): boolean {
    const { cell, flags } = this.#init;
    if (flags) return flags.isUsable(index);
    const at = index * this.#words;
    return Atomics.load(cell, at + OUT) === 0 || since(this.#now(), cell[at + UNTIL]!) >= 0;
  }

  failed(index: number): void {
    const { cell, flags, failureWindowMs, maxFailedAttempts } = this.#init;
    const at = index * this.#words;
    const now = this.#now();
    lock(cell, at + LOCK);
    // The oldest one that still counts, once the ring is full, is the one that is overwritten next.
    cell[at + RING + cell[at + NEXT]!] = now;
    cell[at + NEXT] = (cell[at + NEXT]! + 1) % maxFailedAttempts;
    cell[at + COUNT] = Math.min(cell[at + COUNT]! + 1, maxFailedAttempts);
    const oldest = cell[at + RING + cell[at + NEXT]!]!;
    const isTooMany = cell[at + COUNT] === maxFailedAttempts && since(now, oldest) <= failureWindowMs;
    if (isTooMany) {
      cell[at + UNTIL] = (now + failureWindowMs) | 0;
      Atomics.store(cell, at + OUT, 1);
    }
    unlock(cell, at + LOCK);
    if (isTooMany) flags?.set(index, false);
  }

  succeeded(index: number): void {
    const { cell } = this.#init;
    const at = index * this.#words;
    if (Atomics.load(cell, at + COUNT) === 0) return;
    lock(cell, at + LOCK);
    cell[at + COUNT] = 0;
    cell[at + NEXT] = 0;
    Atomics.store(cell, at + OUT, 0);
    unlock(cell, at + LOCK);
  }

  /** A word holds three weeks; only differences mean something. */
  #now(): number {
    return this.#init.now() | 0;
  }
}

const since = (now: number, then: number): number => (now - then) | 0;
