import type { CountingPage, Series } from '../../model/wire.ts';

/** Whoever reads the pages of a thread, in another one. */
export interface PageReader {
  opened(page: CountingPage): void;
  /** Nothing is counted there any more. */
  closed(id: number): void;
}

/** The memory into which one thread counts. Nobody else writes there, so that an addition is an addition. */
export class Ledger {
  readonly #reader: PageReader;
  #pages = 0;

  constructor(reader: PageReader) {
    this.#reader = reader;
  }

  /** Empty rows of `width` numbers each; the first one is the key of the row, and 0 while it is free. */
  open(series: Series, { rows, width }: { rows: number; width: number }): OpenPage {
    const id = this.#pages++;
    const memory = new SharedArrayBuffer(rows * width * Float64Array.BYTES_PER_ELEMENT);
    this.#reader.opened({ id, series, width, memory });
    return { words: new Float64Array(memory), close: () => this.#reader.closed(id) };
  }
}

export interface OpenPage {
  readonly words: Float64Array;
  close(): void;
}
