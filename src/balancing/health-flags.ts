import type { Usable } from './smooth-round-robin.ts';

const DOWN = 1;

/** 32-bit words of shared memory that the flags of so many servers need. */
export function healthFlagWords(servers: number): number {
  return servers;
}

/**
 * Which servers of a service are known to be down. One thread checks them and sets the flags, all others read. A new
 * cell says that all are up.
 */
export class HealthFlags implements Usable {
  readonly #cell: Int32Array;

  /** `cell` has `healthFlagWords` words. */
  constructor(cell: Int32Array) {
    this.#cell = cell;
  }

  isUsable(index: number): boolean {
    return Atomics.load(this.#cell, index) !== DOWN;
  }

  /** True when that is news. */
  set(index: number, isUp: boolean): boolean {
    const flag = isUp ? 0 : DOWN;
    return Atomics.exchange(this.#cell, index, flag) !== flag;
  }
}
