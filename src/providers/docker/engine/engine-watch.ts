/**
 * Keeps an inventory of containers true for ever: subscribe to events, then list, inspect what changed, list again
 * now and then. Whatever breaks ends the session, and another one begins after a short wait.
 */
import { ZodError } from 'zod';
import type { Backoff } from '../../../support/backoff.ts';
import type { Clock } from '../../../support/clock.ts';
import type { Container } from '../container.ts';
import { AnswerTooLongError } from './ask.ts';
import { statusOf } from './engine.ts';
import type { EngineEvent } from './event-stream.ts';
import { Inventory } from './inventory.ts';
import type { Summary } from './summary.ts';

/** One connected engine. */
export interface Connection {
  events(signal: AbortSignal): Promise<AsyncIterable<readonly EngineEvent[]>>;
  list(signal: AbortSignal): Promise<readonly Summary[]>;
  inspect(id: string, signal: AbortSignal): Promise<Container | undefined>;
  close(): void;
}

export interface WatchSettings {
  dial(signal: AbortSignal): Promise<Connection>;
  /** The containers as they are now; the same array again when nothing has changed. */
  known(containers: readonly Container[]): void;
  /** A session ended; the next one is tried after a wait. */
  lost(error: unknown): void;
  /** One container could not be inspected; it stays as it was and is tried again. */
  skipped(id: string, error: unknown): void;
  readonly backoff: Backoff;
  readonly clock: Clock;
  /** Events closer together than this are one change. */
  readonly burstMs: number;
  readonly reconcileMs: number;
  /** False: one inventory and no more. */
  readonly follow: boolean;
}

const inspectionsAtOnceMax = 8;

/**
 * The list told of a change that no event had announced: the stream is open, but nothing comes through
 * it.
 */
export class SilentStreamError extends Error {}

export class EngineWatch {
  readonly #settings: WatchSettings;
  readonly #inventory = new Inventory();
  #touched = new Set<string>();
  #bell = new AbortController();

  constructor(settings: WatchSettings) {
    this.#settings = settings;
  }

  /** Ends when the signal aborts, or after the first inventory if nothing is to be followed. */
  async run(signal: AbortSignal): Promise<void> {
    const { backoff, clock, follow, lost } = this.#settings;
    while (!signal.aborted) {
      try {
        await this.#session(signal);
        if (!follow) return;
      } catch (error) {
        if (signal.aborted) return;
        lost(error);
      }
      await clock.sleep(backoff.nextMs(), signal).catch(() => {});
    }
  }

  async #session(signal: AbortSignal): Promise<void> {
    const end = new AbortController();
    const session = AbortSignal.any([signal, end.signal]);
    const engine = await this.#settings.dial(session);
    const parts: Promise<void>[] = [];
    try {
      if (!this.#settings.follow) return void (await this.#reconcile(engine, session));
      parts.push(this.#listen(await engine.events(session)));
      parts.push(this.#keepUp(engine, session));
      await Promise.race(parts);
    } finally {
      end.abort();
      engine.close();
      // A question still open must not answer into the next session.
      await Promise.allSettled(parts);
    }
  }

  async #listen(events: AsyncIterable<readonly EngineEvent[]>): Promise<void> {
    for await (const batch of events) {
      for (const { container } of batch) if (container) this.#touched.add(container);
      if (this.#touched.size > 0) this.#bell.abort();
    }
    throw new Error('the engine closed the event stream');
  }

  async #keepUp(engine: Connection, signal: AbortSignal): Promise<void> {
    const { clock, reconcileMs } = this.#settings;
    await this.#reconcile(engine, signal);
    let listAt = clock.now() + reconcileMs;
    for (;;) {
      await this.#rest(listAt - clock.now(), signal);
      const due = clock.now() >= listAt;
      if (due || this.#isStrangerTouched()) {
        const silent = await this.#reconcile(engine, signal);
        if (due && silent) throw new SilentStreamError('a container changed and no event came');
        listAt = clock.now() + reconcileMs;
      } else {
        await this.#inspectTouched(engine, signal);
      }
    }
  }

  /** An event about a container that is not known is answered by the list: it may not be the only one. */
  #isStrangerTouched(): boolean {
    return [...this.#touched].some((id) => !this.#inventory.has(id));
  }

  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    const { clock, burstMs } = this.#settings;
    this.#bell = new AbortController();
    if (this.#touched.size === 0) {
      const either = AbortSignal.any([signal, this.#bell.signal]);
      await clock.sleep(Math.max(0, ms), either).catch(() => signal.throwIfAborted());
    }
    if (this.#touched.size > 0) await clock.sleep(burstMs, signal);
  }

  /** True if something had changed that no event told. */
  async #reconcile(engine: Connection, signal: AbortSignal): Promise<boolean> {
    const touched = this.#takeTouched();
    const summaries = await engine.list(signal);
    for (const id of this.#inventory.vanished(summaries)) this.#inventory.put(id, undefined);
    const wanted = summaries.filter((one) => touched.has(one.id) || this.#inventory.isOutdated(one));
    const changed = await this.#inspect(engine, wanted, signal);
    this.#settings.backoff.reset();
    this.#publish();
    return changed.some((id) => !touched.has(id) && !this.#touched.has(id));
  }

  async #inspectTouched(engine: Connection, signal: AbortSignal): Promise<void> {
    const wanted = [...this.#takeTouched()].map((id) => ({ id, fingerprint: '' }));
    await this.#inspect(engine, wanted, signal);
    this.#publish();
  }

  #takeTouched(): ReadonlySet<string> {
    const touched = this.#touched;
    this.#touched = new Set();
    return touched;
  }

  /** Returns the ids of those that are not as they were. */
  async #inspect(engine: Connection, summaries: readonly Summary[], signal: AbortSignal): Promise<string[]> {
    const waiting = summaries.values();
    const changed: string[] = [];
    const work = async () => {
      for (const { id, fingerprint } of waiting) {
        const container = await this.#ask(engine, id, signal);
        if (container === 'unknown') continue;
        if (this.#inventory.put(id, container, fingerprint)) changed.push(id);
      }
    };
    await Promise.all(Array.from({ length: inspectionsAtOnceMax }, work));
    return changed;
  }

  /** An engine that answers, but not well, is no reason to lose the others. */
  async #ask(
    engine: Connection,
    id: string,
    signal: AbortSignal,
  ): Promise<Container | undefined | 'unknown'> {
    try {
      return await engine.inspect(id, signal);
    } catch (error) {
      if (statusOf(error) === undefined && !isWrongAnswer(error)) throw error;
      this.#settings.skipped(id, error);
      return 'unknown';
    }
  }

  #publish(): void {
    this.#settings.known(this.#inventory.containers);
  }
}

function isWrongAnswer(error: unknown): boolean {
  return [ZodError, SyntaxError, AnswerTooLongError].some((kind) => error instanceof kind);
}
