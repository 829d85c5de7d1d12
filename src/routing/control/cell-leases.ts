import type { CellRef } from '../../model/wire.ts';

/** Memory that all workers share; see `balancing/shared-cells.ts`. */
export interface CellAllocator {
  acquire(identity: string, words: number): CellRef;
  release(identity: string): void;
}

/**
 * Holds the cells of what is configured. A cell that nobody asked for in two builds running is given back: workers
 * may still use it until they have committed the first of them.
 */
export class CellLeases {
  readonly #cells: CellAllocator;
  readonly #held = new Map<string, CellRef>();
  #asked = new Set<string>();
  #askedBefore = new Set<string>();

  constructor(cells: CellAllocator) {
    this.#cells = cells;
  }

  /** The same cell for the same identity. */
  lease(identity: string, words: number): CellRef {
    this.#asked.add(identity);
    let cell = this.#held.get(identity);
    if (!cell) this.#held.set(identity, (cell = this.#cells.acquire(identity, words)));
    return cell;
  }

  /** The build is over. */
  settle(): void {
    for (const identity of this.#held.keys()) {
      if (this.#asked.has(identity) || this.#askedBefore.has(identity)) continue;
      this.#held.delete(identity);
      this.#cells.release(identity);
    }
    this.#askedBefore = this.#asked;
    this.#asked = new Set();
  }
}
