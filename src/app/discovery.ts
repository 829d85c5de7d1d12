import type { Snapshot } from '../providers/provider.ts';

/** A source that has not been seen by then no longer keeps back what the others offer. */
const patienceMs = 30_000;

/**
 * Whether what is served is all there is. After a start it is not, for as long as a provider has not seen its
 * source; parents keep what they knew until then.
 */
export class Discovery {
  readonly #now: () => number;
  #endMs = Infinity;
  #missing: readonly string[] | undefined;
  readonly #over = Promise.withResolvers<void>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Known as soon as the providers are. */
  expect(providers: readonly string[]): void {
    this.#missing = providers;
    this.#endMs = this.#now() + patienceMs;
    setTimeout(this.#over.resolve, patienceMs).unref();
    this.#tellOver();
  }

  /** These are served now. */
  served(snapshots: readonly Snapshot[]): void {
    const isSeen = (name: string) =>
      snapshots.some(({ provider, isPreliminary }) => provider === name && !isPreliminary);
    this.#missing = this.#missing?.filter((name) => !isSeen(name));
    this.#tellOver();
  }

  /** Resolves when it is over. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  get isOver(): boolean {
    return this.#missing?.length === 0 || this.#now() >= this.#endMs;
  }

  #tellOver(): void {
    if (this.isOver) this.#over.resolve();
  }
}
