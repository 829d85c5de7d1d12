import type { Series } from '../../model/wire.ts';
import { Tally, type TallyInit } from './tally.ts';

/** Of what is no longer configured, so many are kept: most come back, and go on where they were. */
const retiredMax = 1000;

/**
 * The tallies of one thread, by what they are about. What is configured anew goes on counting; what has gone for good
 * gives its memory back, so that ever new names do not fill it.
 */
export class Tallies {
  readonly #init: Omit<TallyInit, 'series'>;
  readonly #used = new Map<string, { readonly tally: Tally; users: number }>();
  /** The first has been retired first. */
  readonly #retired = new Map<string, Tally>();

  constructor(init: Omit<TallyInit, 'series'>) {
    this.#init = init;
  }

  /** Each wants a `release`. */
  acquire(series: Series): Tally {
    const key = keyOf(series);
    const used = this.#used.get(key);
    if (used) {
      used.users += 1;
      return used.tally;
    }
    const tally = this.#retired.get(key) ?? new Tally({ ...this.#init, series });
    this.#retired.delete(key);
    this.#used.set(key, { tally, users: 1 });
    return tally;
  }

  release(series: Series): void {
    const key = keyOf(series);
    const used = this.#used.get(key);
    if (!used || --used.users > 0) return;
    this.#used.delete(key);
    this.#retired.set(key, used.tally);
    const [oldest] = this.#retired;
    if (this.#retired.size <= retiredMax || !oldest) return;
    this.#retired.delete(oldest[0]);
    oldest[1].close();
  }
}

const keyOf = ({ name, labels }: Series): string => [name, ...Object.values(labels)].join('\n');
