import type { BuildFailure, RecordKind, WireRecord } from '../model/wire.ts';
import type { Snapshot } from '../providers/provider.ts';

/** What a configuration becomes: the difference for the workers, and how to tell people of it. */
export interface PlannedChange {
  readonly put: readonly WireRecord[];
  readonly remove: readonly { readonly kind: RecordKind; readonly name: string }[];
}

export interface ChangeLoopInit<T extends PlannedChange> {
  /** Rejoins what all providers said last. */
  readonly plan: (snapshots: Iterable<Snapshot>) => T;
  readonly apply: (change: T) => Promise<readonly BuildFailure[]>;
  /** Plans again, without what no worker could build. */
  readonly planWithout: (failures: readonly BuildFailure[]) => T;
  /** The change is served by every worker. */
  readonly onServed: (change: T, ms: number) => void;
  /** Planning itself is broken: what was served before stays. */
  readonly onFault: (error: Error) => void;
  /** What arrives within this time is one change. */
  readonly gatherMs: number;
}

/**
 * From what providers say to what workers serve, one change after the other. While one is under way everything
 * newer is gathered into the next, so that a storm of events costs no more than the pace of the workers.
 */
export class ChangeLoop<T extends PlannedChange> {
  readonly #init: ChangeLoopInit<T>;
  readonly #snapshots = new Map<string, Snapshot>();
  #timer: NodeJS.Timeout | undefined;
  #isRunning = false;
  #isStale = false;
  /** The next round that begins, for those who wait for it. */
  #next: PromiseWithResolvers<void> | undefined;

  constructor(init: ChangeLoopInit<T>) {
    this.#init = init;
  }

  deliver(snapshot: Snapshot): void {
    this.#snapshots.set(snapshot.provider, snapshot);
    this.refresh();
  }

  /** Something that is read while planning has changed: a certificate's file. */
  refresh(): void {
    this.#isStale = true;
    if (this.#isRunning) return;
    this.#timer ??= setTimeout(() => void this.flush(), this.#init.gatherMs);
  }

  /** Serves what has been said so far; nobody waits for what is said meanwhile. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isStale = true;
    this.#next ??= Promise.withResolvers();
    const { promise } = this.#next;
    if (!this.#isRunning) void this.#run();
    return promise;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#isStale) {
      this.#isStale = false;
      const round = this.#next;
      this.#next = undefined;
      try {
        await this.#serveNewest();
      } catch (error) {
        this.#init.onFault(error as Error);
      }
      round?.resolve();
    }
    // In the same moment as the last look: what comes in between would wait for ever.
    this.#isRunning = false;
  }

  async #serveNewest(): Promise<void> {
    const startMs = performance.now();
    let change = this.#init.plan(this.#snapshots.values());
    const failures = await this.#applied(change);
    if (failures.length > 0) {
      change = this.#init.planWithout(failures);
      await this.#applied(change);
    }
    this.#init.onServed(change, performance.now() - startMs);
  }

  async #applied(change: T): Promise<readonly BuildFailure[]> {
    return change.put.length + change.remove.length > 0 ? this.#init.apply(change) : [];
  }
}
