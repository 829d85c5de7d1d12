import type { CellRef } from '../../model/wire.ts';
import type { CellLeases } from './cell-leases.ts';

/** The cells of one part of the configuration: kept for as long as build after build asks for them. */
export class HeldCells {
  readonly #leases: CellLeases;
  readonly #held = new Map<string, CellRef>();
  readonly #wanted = new Set<string>();

  constructor(leases: CellLeases) {
    this.#leases = leases;
  }

  /** The same cell for the same identity. */
  want(identity: string, words: number): CellRef {
    this.#wanted.add(identity);
    let cell = this.#held.get(identity);
    if (!cell) this.#held.set(identity, (cell = this.#leases.lease(identity, words)));
    return cell;
  }

  /** The build is over: what it has not asked for is given up. */
  settle(): void {
    for (const identity of this.#held.keys()) {
      if (this.#wanted.has(identity)) continue;
      this.#held.delete(identity);
      this.#leases.giveUp(identity);
    }
    this.#wanted.clear();
  }
}
