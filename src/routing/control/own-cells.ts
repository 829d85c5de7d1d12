import type { CellRef } from '../../model/wire.ts';
import type { CellLeases } from './cell-leases.ts';

/** The cells of one result: leased while it is made, given up when it is forgotten. */
export class OwnCells {
  readonly identities: string[] = [];
  readonly #leases: CellLeases;

  constructor(leases: CellLeases) {
    this.#leases = leases;
  }

  lease(identity: string, words: number): CellRef {
    this.identities.push(identity);
    return this.#leases.lease(identity, words);
  }
}
