/** The containers of the engine as last inspected, and which of them must be looked at again. */
import { isDeepStrictEqual } from 'node:util';
import type { Container } from '../container.ts';
import type { Summary } from './summary.ts';

interface Entry {
  readonly container: Container;
  /** The list line it was inspected for; empty after an inspection that an event asked for. */
  readonly fingerprint: string;
}

export class Inventory {
  readonly #entries = new Map<string, Entry>();
  #containers: readonly Container[] | undefined;

  /** The same array as long as nothing changes. */
  get containers(): readonly Container[] {
    this.#containers ??= [...this.#entries.values()].map((entry) => entry.container);
    return this.#containers;
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  isOutdated({ id, fingerprint }: Summary): boolean {
    return this.#entries.get(id)?.fingerprint !== fingerprint;
  }

  /** Known here, but not on the list. */
  vanished(summaries: readonly Summary[]): string[] {
    const listed = new Set(summaries.map((summary) => summary.id));
    return [...this.#entries.keys()].filter((id) => !listed.has(id));
  }

  /**
   * Undefined removes it. True when that changes anything a route could depend on; otherwise the object stays the
   * same, so that whoever remembers what it led to need not work it out again.
   */
  put(id: string, container: Container | undefined, fingerprint = ''): boolean {
    const before = this.#entries.get(id)?.container;
    const same = isDeepStrictEqual(before, container);
    if (!container) this.#entries.delete(id);
    else this.#entries.set(id, { container: same && before ? before : container, fingerprint });
    if (!same) this.#containers = undefined;
    return !same;
  }
}
