import { setImmediate } from 'node:timers/promises';
import type { Logger } from '../observability/logger.ts';
import type { Counters } from '../observability/metrics/counters.ts';
import type { ThreadPages, Totals } from '../observability/metrics/totals.ts';
import type { BuildFailure, RecordKind, ToWorker, WireRecord } from '../model/wire.ts';
import { TicketKeyRing } from '../tls/ticket-key-ring.ts';
import { WorkerHandle, type WorkerReport } from './worker-handle.ts';
import type { WorkerStart } from './worker-start.ts';

/** The difference between two generations. */
export interface Change {
  readonly put: readonly WireRecord[];
  readonly remove: readonly { readonly kind: RecordKind; readonly name: string }[];
}

export interface WorkerPoolInit {
  readonly count: number;
  readonly start: WorkerStart;
  readonly log: Logger;
  readonly counters: Counters;
  /** What the workers count comes together here. */
  readonly totals: Totals;
  /** What each thread runs. */
  readonly script?: URL;
}

/** The program runs from source or from what was built of it. */
const workerScript = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
);

/** Reading so many records takes a worker some two milliseconds, in which it serves nobody. */
const partMax = 500;

const replaceMinMs = 50;
const replaceMaxMs = 5000;
/** A worker that has lived this long was sound. */
const soundAfterMs = 60_000;

/**
 * The worker threads, kept alive and alike: a change counts when all have it, and one that dies is replaced by
 * another with the same configuration while the rest go on serving.
 */
export class WorkerPool implements AsyncDisposable {
  readonly #init: WorkerPoolInit;
  readonly #workers = new Set<WorkerHandle>();
  readonly #records = new Map<string, WireRecord>();
  readonly #segments = new Map<number, SharedArrayBuffer>();
  #generation = 0;
  #listening = false;
  #discovered = false;
  #stopping = false;
  /** Deaths in a row; each doubles the wait before the next replacement. */
  #deaths = 0;
  readonly #ticketKeys = new TicketKeyRing((keys) => void this.#tellKeys(keys));
  /** What is under way; everything else waits behind it. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(init: WorkerPoolInit) {
    this.#init = init;
    for (let index = 0; index < init.count; index++) this.#workers.add(this.#spawn());
  }

  get size(): number {
    return this.#init.count;
  }

  /** Seconds for which each worker has been busy, by place. */
  busySeconds(): ReadonlyMap<number, number> {
    return new Map([...this.#workers].map(({ place, busySeconds }) => [place, busySeconds]));
  }

  /** Shared memory must be there before the records that use it. */
  publish(segment: number, memory: SharedArrayBuffer): void {
    this.#segments.set(segment, memory);
    for (const worker of this.#workers) worker.send({ type: 'segment', segment, memory });
  }

  /** Resolves when every worker serves the change; what could not be built is told, the rest holds. */
  apply(change: Change): Promise<readonly BuildFailure[]> {
    return this.#inTurn(() => this.#apply(change));
  }

  /** Every provider has been heard. */
  discovered(): Promise<void> {
    return this.#inTurn(async () => {
      this.#discovered = true;
      for (const worker of this.#workers) worker.send({ type: 'discovered' });
    });
  }

  /** Opens the entry points; rejects with the reason when one cannot be opened. */
  listen(): Promise<void> {
    return this.#inTurn(async () => {
      this.#listening = true;
      await Promise.all([...this.#workers].map((worker) => this.#open(worker)));
    });
  }

  /** Entry points close by their own grace times, then the threads end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.#ticketKeys[Symbol.dispose]();
    await Promise.all([...this.#workers].map((worker) => this.#stop(worker)));
    // One that was being made ends as well.
    await this.#queue;
  }

  /** In turn, since one that is being made has the keys of its birth. */
  #tellKeys(keys: readonly Uint8Array[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const worker of this.#workers) worker.send({ type: 'ticket-keys', keys });
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #apply({ put, remove }: Change): Promise<readonly BuildFailure[]> {
    for (const record of put) this.#records.set(recordKey(record), record);
    for (const record of remove) this.#records.delete(recordKey(record));
    this.#generation++;
    const failures = await this.#prepareAndCommit([...this.#workers], { put, remove });
    return [...new Map(failures.map((failure) => [recordKey(failure), failure])).values()];
  }

  async #prepareAndCommit(workers: readonly WorkerHandle[], change: Change): Promise<BuildFailure[]> {
    const generation = this.#generation;
    const put = await this.#sendParts(workers, change.put);
    const prepare: ToWorker = { type: 'prepare', generation, put, remove: change.remove };
    const prepared = await Promise.all(workers.map((worker) => worker.ask(prepare, ['prepared'])));
    const commit: ToWorker = { type: 'commit', generation };
    await Promise.all(workers.map((worker) => worker.ask(commit, ['committed'])));
    return prepared.flatMap((answer) => answer?.failures ?? []);
  }

  /** What is left of a change for its last message. */
  async #sendParts(
    workers: readonly WorkerHandle[],
    put: readonly WireRecord[],
  ): Promise<readonly WireRecord[]> {
    let sent = 0;
    for (; put.length - sent > partMax; sent += partMax) {
      const part: ToWorker = { type: 'part', put: put.slice(sent, sent + partMax) };
      for (const worker of workers) worker.send(part);
      await setImmediate();
    }
    return put.slice(sent);
  }

  async #open(worker: WorkerHandle): Promise<void> {
    const answer = await worker.ask({ type: 'listen' }, ['listening', 'listen-failed']);
    if (answer?.type === 'listen-failed') throw new Error(answer.error);
  }

  async #stop(worker: WorkerHandle): Promise<void> {
    if (this.#listening) await worker.ask({ type: 'stop' }, ['stopped'], this.#stopLimitMs());
    await worker.end();
  }

  #stopLimitMs(): number {
    const { entryPoints, udpEntryPoints } = this.#init.start;
    const times = entryPoints.map(({ acceptGraceMs, graceMs }) => acceptGraceMs + graceMs);
    return Math.max(0, ...times, ...udpEntryPoints.map(({ graceMs }) => graceMs)) + stopMarginMs;
  }

  #spawn(): WorkerHandle {
    const startedMs = performance.now();
    const pages = this.#init.totals.join();
    return new WorkerHandle({
      script: this.#init.script ?? workerScript,
      start: {
        ...this.#init.start,
        place: this.#freePlace(),
        isDiscovering: !this.#discovered,
        ticketKeys: this.#ticketKeys.keys,
      },
      onReport: (report) => this.#hear(report, pages),
      onEnd: (worker, error) => {
        this.#workers.delete(worker);
        pages.ended();
        if (this.#stopping) return;
        this.#init.counters.count('workers_replaced', {});
        this.#deaths = performance.now() - startedMs > soundAfterMs ? 0 : this.#deaths + 1;
        this.#init.log.error('A worker has died and is replaced; the others go on.', {
          error: error?.stack ?? 'it did not say why',
        });
        setTimeout(() => void this.#replace(), this.#replaceWaitMs());
      },
    });
  }

  /** Replacements are made one after the other, so that each gets a place of its own. */
  #freePlace(): number {
    const taken = new Set([...this.#workers].map(({ place }) => place));
    return (
      Array.from({ length: this.#init.count }, (_, place) => place).find((place) => !taken.has(place)) ?? 0
    );
  }

  #replaceWaitMs(): number {
    return Math.min(replaceMaxMs, replaceMinMs * 2 ** this.#deaths);
  }

  #replace(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#stopping) return;
      const worker = this.#spawn();
      const told = this.#tellSegments(worker);
      await this.#prepareAndCommit([worker], { put: [...this.#records.values()], remove: [] });
      if (worker.hasEnded) return;
      if (this.#stopping) return worker.end();
      // What was published meanwhile went to the others alone.
      this.#tellSegments(worker, told);
      this.#workers.add(worker);
      if (this.#listening) await this.#open(worker);
    }).catch((error: Error) => this.#init.log.error(error.message));
  }

  /** Returns how many there are. */
  #tellSegments(worker: WorkerHandle, from = 0): number {
    const segments = [...this.#segments];
    for (const [segment, memory] of segments.slice(from)) worker.send({ type: 'segment', segment, memory });
    return segments.length;
  }

  #hear(report: WorkerReport, pages: ThreadPages): void {
    if (report.type === 'log') this.#init.log[report.level](report.text, report.fields);
    else if (report.type === 'page-opened') pages.opened(report.page);
    else pages.closed(report.id);
  }
}

const stopMarginMs = 5000;

const recordKey = ({ kind, name }: { kind: RecordKind; name: string }): string => `${kind} ${name}`;
