import type { CellViews } from '../../balancing/shared-cells.ts';
import { SharedCounts } from '../../balancing/shared-counts.ts';
import type { CellRef } from '../../model/wire.ts';

/** The counts of one worker, by cell: a limit that is built anew goes on counting. */
export class CountsInCells {
  readonly #cells: CellViews;
  readonly #place: number;
  readonly #counts = new Map<string, SharedCounts>();

  /** `place` is the worker's, among all workers; see `SharedCounts`. */
  constructor(cells: CellViews, place: number) {
    this.#cells = cells;
    this.#place = place;
  }

  in(cell: CellRef): SharedCounts {
    const key = `${cell.segment} ${cell.offset}`;
    let counts = this.#counts.get(key);
    if (!counts) this.#counts.set(key, (counts = new SharedCounts(this.#cells.view(cell), this.#place)));
    return counts;
  }
}
