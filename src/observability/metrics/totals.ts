import type { CountingPage, Series } from '../../model/wire.ts';
import type { PageReader } from './ledger.ts';

/** What all threads have counted of one series. */
export interface Total {
  /** The same for the same series. */
  readonly key: string;
  readonly series: Series;
  /** By key: the numbers that stand behind it in a row, added up. */
  readonly rows: ReadonlyMap<number, Float64Array>;
}

/**
 * Adds up what all threads have counted, those that are no more included: a counter never goes back because a
 * worker was replaced.
 */
export class Totals {
  readonly #threads = new Set<ThreadPages>();
  readonly #past = new Sums();

  /** For one thread, as long as it lives. */
  join(): ThreadPages {
    const thread = new ThreadPages({
      onClosed: (page) => this.#past.add(page),
      onEnded: () => this.#threads.delete(thread),
    });
    this.#threads.add(thread);
    return thread;
  }

  read(): readonly Total[] {
    const sums = new Sums(this.#past);
    for (const thread of this.#threads) for (const page of thread.pages) sums.add(page);
    return sums.all;
  }

  /** Series for which something has been counted where nobody counts any more. */
  get pastSize(): number {
    return this.#past.size;
  }

  /** What has been counted where nobody counts any more goes. */
  forget(key: string): void {
    this.#past.delete(key);
  }
}

/** A page with what is needed each time it is read. */
interface ReadPage extends CountingPage {
  readonly key: string;
  readonly words: Float64Array;
}

interface ThreadPagesInit {
  onClosed(page: ReadPage): void;
  onEnded(): void;
}

/** The pages of one thread. */
export class ThreadPages implements PageReader {
  readonly #init: ThreadPagesInit;
  readonly #pages = new Map<number, ReadPage>();

  constructor(init: ThreadPagesInit) {
    this.#init = init;
  }

  get pages(): Iterable<ReadPage> {
    return this.#pages.values();
  }

  opened(page: CountingPage): void {
    const { name, labels } = page.series;
    const key = JSON.stringify([name, Object.entries(labels)]);
    this.#pages.set(page.id, { ...page, key, words: new Float64Array(page.memory) });
  }

  closed(id: number): void {
    const page = this.#pages.get(id);
    if (!page) return;
    this.#pages.delete(id);
    if (!page.series.isGauge) this.#init.onClosed(page);
  }

  /** The thread is no more. */
  ended(): void {
    for (const id of [...this.#pages.keys()]) this.closed(id);
    this.#init.onEnded();
  }
}

interface Sum extends Total {
  readonly rows: Map<number, Float64Array>;
}

class Sums {
  readonly #totals = new Map<string, Sum>();

  constructor(before?: Sums) {
    if (!before) return;
    for (const [key, { series, rows }] of before.#totals) {
      const copies = [...rows].map(([row, numbers]) => [row, numbers.slice()] as const);
      this.#totals.set(key, { key, series, rows: new Map(copies) });
    }
  }

  get all(): Total[] {
    return [...this.#totals.values()];
  }

  get size(): number {
    return this.#totals.size;
  }

  delete(key: string): void {
    this.#totals.delete(key);
  }

  add({ key, series, width, words }: ReadPage): void {
    let total = this.#totals.get(key);
    if (!total) this.#totals.set(key, (total = { key, series, rows: new Map() }));
    for (let at = 0; at < words.length && words[at] !== 0; at += width)
      addRow(total.rows, words[at]!, words.slice(at + 1, at + width));
  }
}

function addRow(rows: Map<number, Float64Array>, key: number, numbers: Float64Array): void {
  const sum = rows.get(key);
  if (sum) for (let index = 0; index < sum.length; index++) sum[index]! += numbers[index]!;
  else rows.set(key, numbers);
}
