import { SharedTable, type SharedTableInit, sharedTableWords } from '../../balancing/shared-table.ts';

const TABLE: SharedTableInit = { slots: 65_536, stateWords: 2 };
export const BUCKET_WORDS = sharedTableWords(TABLE);

export interface Rate {
  /** Between two tokens. */
  readonly intervalMs: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
  /** Who would have to wait longer for a token gets none. */
  readonly waitMsMax: number;
}

/**
 * Token buckets by source, exact over all workers. Of a bucket only one moment is kept, that at which it will be full
 * again: each token taken puts it off by one interval. A full bucket is as good as none, so nothing is lost with it.
 */
export class Buckets {
  readonly #table: SharedTable;
  readonly #rate: Rate;
  /** To read the two words of a moment as one number. */
  readonly #moment = new Float64Array(1);
  readonly #words = new Int32Array(this.#moment.buffer);

  constructor(cell: Int32Array, rate: Rate) {
    this.#table = new SharedTable(cell, TABLE);
    this.#rate = rate;
  }

  /** Milliseconds until there is a token; it has been taken if they are no more than `waitMsMax`. */
  take(source: string, now: number): number {
    const { intervalMs, burst, waitMsMax } = this.#rate;
    return this.#table.change(
      source,
      (cell, at) => this.#read(cell, at),
      (cell, at) => {
        const full = Math.max(this.#read(cell, at), now);
        const waitMs = Math.max(0, full - (burst - 1) * intervalMs - now);
        if (waitMs <= waitMsMax) this.#write(cell, at, full + intervalMs);
        return waitMs;
      },
    );
  }

  #read(cell: Int32Array, at: number): number {
    this.#words[0] = cell[at]!;
    this.#words[1] = cell[at + 1]!;
    return this.#moment[0]!;
  }

  #write(cell: Int32Array, at: number, moment: number): void {
    this.#moment[0] = moment;
    cell[at] = this.#words[0]!;
    cell[at + 1] = this.#words[1]!;
  }
}
