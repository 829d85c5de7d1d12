import { lock, unlock } from '../../balancing/spin-lock.ts';
import type { Condition, Outcome } from './condition.ts';
import { RollingCounts, rollingWords } from './rolling-counts.ts';

const LOCK = 0;
const STATE = 1;
/** Moments: milliseconds modulo 2^32, so that one word holds them. */
const SINCE = 2;
const CHECKED = 3;
const ADMITTED = 4;
const REFUSED = 5;
const COUNTS_FIRST = 6;

const STANDBY = 0;
const TRIPPED = 1;
const RECOVERING = 2;

/** The share of requests that get through at the end of recovery. */
const RECOVERED_SHARE = 0.5;

export interface BreakerInit {
  readonly condition: Condition;
  readonly checkPeriodMs: number;
  readonly fallbackMs: number;
  readonly recoveryMs: number;
}

export function breakerWords({ counters }: Condition): number {
  return COUNTS_FIRST + rollingWords(counters);
}

/**
 * One circuit, seen and moved by all workers. On standby everything passes. Tripped, nothing does for a time.
 * Recovering, a growing share does, until the time is over or the condition is met again.
 */
export class Breaker {
  readonly #cell: Int32Array;
  readonly #init: BreakerInit;
  readonly #counts: RollingCounts;

  /** `cell` has `breakerWords` words. */
  constructor(cell: Int32Array, init: BreakerInit) {
    this.#cell = cell;
    this.#init = init;
    this.#counts = new RollingCounts(cell.subarray(COUNTS_FIRST), init.condition.counters);
  }

  admits(now: number): boolean {
    if (Atomics.load(this.#cell, STATE) === STANDBY) return true;
    return this.#alone(() => {
      if (this.#cell[STATE] === TRIPPED) {
        if (this.#elapsed(SINCE, now) < this.#init.fallbackMs) return false;
        this.#enter(RECOVERING, now);
      }
      if (this.#cell[STATE] === RECOVERING && this.#elapsed(SINCE, now) > this.#init.recoveryMs) {
        this.#enter(STANDBY, now);
      }
      return this.#cell[STATE] === STANDBY || this.#admitsShare(now);
    });
  }

  record(outcome: Outcome, now: number): void {
    const { condition, checkPeriodMs } = this.#init;
    this.#alone(() => {
      for (const choose of condition.choices) {
        const counter = choose(outcome);
        if (counter !== undefined) this.#counts.add(counter, now);
      }
      const isEarly = this.#elapsed(CHECKED, now) < checkPeriodMs;
      if (this.#cell[STATE] === TRIPPED || isEarly) return;
      this.#cell[CHECKED] = now | 0;
      if (!condition.isMet((counter) => this.#counts.sum(counter, now))) return;
      this.#enter(TRIPPED, now);
      this.#counts.reset();
    });
  }

  #admitsShare(now: number): boolean {
    const cell = this.#cell;
    const admitted = cell[ADMITTED]! + 1;
    const share = (RECOVERED_SHARE * this.#elapsed(SINCE, now)) / this.#init.recoveryMs;
    const admits = admitted / (admitted + cell[REFUSED]!) < share;
    cell[admits ? ADMITTED : REFUSED]! += 1;
    return admits;
  }

  #enter(state: number, now: number): void {
    this.#cell[STATE] = state;
    this.#cell[SINCE] = now | 0;
    this.#cell[ADMITTED] = 0;
    this.#cell[REFUSED] = 0;
  }

  /** Right for times below seven weeks; the first check has nothing before it. */
  #elapsed(moment: number, now: number): number {
    return ((now | 0) - this.#cell[moment]!) >>> 0;
  }

  #alone<T>(work: () => T): T {
    lock(this.#cell, LOCK);
    try {
      return work();
    } finally {
      unlock(this.#cell, LOCK);
    }
  }
}
