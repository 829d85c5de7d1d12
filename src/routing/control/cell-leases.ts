import type { CellRef } from '../../model/wire.ts';

/** Memory that all workers share; see `balancing/shared-cells.ts`. Each `acquire` wants a `release`. */
export interface CellAllocator {
  acquire(identity: string, words: number): CellRef;
  release(identity: string): void;
  /** What workers see of a cell that is held. */
  view(cell: CellRef): Int32Array;
}

/**
 * Cells of what is configured. One that is given up is released a build later: until then workers may not have
 * committed the build that did without it.
 */
export class CellLeases {
  readonly #cells: CellAllocator;
  #givenUp: string[] = [];
  #givenUpBefore: string[] = [];

  constructor(cells: CellAllocator) {
    this.#cells = cells;
  }

  /** The same cell for the same identity. */
  lease(identity: string, words: number): CellRef {
    return this.#cells.acquire(identity, words);
  }

  giveUp(identity: string): void {
    this.#givenUp.push(identity);
  }

  /** The build is over. */
  settle(): void {
    for (const identity of this.#givenUpBefore) this.#cells.release(identity);
    this.#givenUpBefore = this.#givenUp;
    this.#givenUp = [];
  }
}
