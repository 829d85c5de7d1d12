/** Counts of the last ten seconds, second by second, in shared memory. Whoever uses them holds the cell's lock. */
const SECONDS = 10;

export function rollingWords(counters: number): number {
  return SECONDS * (1 + counters);
}

export class RollingCounts {
  readonly #cell: Int32Array;
  readonly #secondWords: number;

  /** `cell` has `rollingWords(counters)` words; the first of each second's says which second it is. */
  constructor(cell: Int32Array, counters: number) {
    this.#cell = cell;
    this.#secondWords = 1 + counters;
  }

  add(counter: number, now: number): void {
    const second = Math.floor(now / 1000);
    const start = (second % SECONDS) * this.#secondWords;
    if (this.#cell[start] !== second) {
      this.#cell.fill(0, start, start + this.#secondWords);
      this.#cell[start] = second;
    }
    this.#cell[start + 1 + counter]! += 1;
  }

  sum(counter: number, now: number): number {
    const oldest = Math.floor(now / 1000) - SECONDS + 1;
    let total = 0;
    for (let start = 0; start < this.#cell.length; start += this.#secondWords) {
      if (this.#cell[start]! >= oldest) total += this.#cell[start + 1 + counter]!;
    }
    return total;
  }

  reset(): void {
    this.#cell.fill(0);
  }
}
