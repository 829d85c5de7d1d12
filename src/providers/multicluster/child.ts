import { isDeepStrictEqual } from 'node:util';
import type { Counters } from '../../observability/metrics/counters.ts';
import { Backoff } from '../../support/backoff.ts';
import type { Clock } from '../../support/clock.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import { askChild, type Outcome } from './ask-child.ts';
import { parseChildAddress } from './child-address.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { ChildFailure, type Failure } from './failure.ts';
import type { ChildOptions, MulticlusterOptions } from './options.ts';
import type { ChildAnswer } from './read-answer.ts';

/** What is known of a child at one moment. */
export interface ChildReport {
  readonly name: string;
  readonly options: ChildOptions;
  readonly address: URL | undefined;
  readonly credentials: Credentials | undefined;
  /** The last good one. */
  readonly answer: ChildAnswer | undefined;
  /** Why the latest question had no good answer. */
  readonly failure: Failure | undefined;
}

export interface ChildInit {
  readonly name: string;
  readonly options: ChildOptions;
  readonly polling: Pick<MulticlusterOptions, 'pollInterval' | 'pollTimeout' | 'staleAfter' | 'watch'>;
  readonly files: WatchedFiles;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly counters: Pick<Counters, 'count'> | undefined;
  readonly onChange: () => void;
}

/** A connection that lasts so long is sound: when it ends, the next one is tried at once. */
const soundMs = 5_000;

/** Listens to one child, or asks it at its own pace, whatever the others do; keeps its last good answer. */
export class Child {
  readonly #init: ChildInit;
  readonly #backoff: Backoff;
  readonly #heard = Promise.withResolvers<void>();
  #report: ChildReport;
  #answeredAtMs: number;
  #anew = new AbortController();

  constructor(init: ChildInit) {
    const { name, options, clock, random, polling } = init;
    const address = parseChildAddress(options.address);
    this.#init = init;
    this.#backoff = new Backoff({ firstMs: 100, capMs: Math.min(polling.pollInterval, soundMs), random });
    this.#report = { name, options, address, credentials: undefined, answer: undefined, failure: undefined };
    this.#answeredAtMs = clock.now();
    this.readFiles();
  }

  get report(): ChildReport {
    return this.#report;
  }

  /** Resolves with the first answer, or with the first failure. */
  get heard(): Promise<void> {
    return this.#heard.promise;
  }

  /** Asks again and again until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#anew = new AbortController();
      const either = AbortSignal.any([signal, this.#anew.signal]);
      await this.#ask(either);
      this.#heard.resolve();
      await this.#init.clock.sleep(this.#pauseMs(), either).catch(() => undefined);
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { clock, polling } = this.#init;
    const { address, credentials, answer, options } = this.#report;
    if (!address) return this.#fail(wrongAddress);
    if (!credentials) return;
    const outcomes = askChild({
      address,
      credentials,
      transport: options.serversTransport,
      timeoutMs: polling.pollTimeout,
      etag: answer?.etag,
      watch: polling.watch,
      signal,
    });
    const startMs = clock.now();
    for await (const outcome of outcomes) {
      if (signal.aborted) return;
      this.#take(outcome);
      this.#heard.resolve();
      if (outcome.kind !== 'failed' && clock.now() - startMs > soundMs) this.#backoff.reset();
    }
  }

  /** A child that has no stream is asked for one with each question. */
  #pauseMs(): number {
    const { polling, random } = this.#init;
    const polls = !polling.watch || this.#report.answer?.isLive === false;
    return polls ? polling.pollInterval * (0.9 + random() / 5) : this.#backoff.nextMs();
  }

  /** Files that cannot be used as they are leave those read before in use; new ones ask for a new connection. */
  readFiles(): void {
    const { options, files } = this.#init;
    try {
      const credentials = readCredentials(options.serversTransport, files);
      const isNew = !isDeepStrictEqual(credentials, this.#report.credentials);
      this.#change({ failure: this.#withoutOwnFailure(), ...(isNew ? { credentials } : {}) });
      if (isNew) this.#anew.abort();
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error;
      this.#change({ failure: error.failure });
    }
  }

  #take(reply: Outcome): void {
    if (reply.kind === 'failed') return this.#fail(reply.failure);
    this.#answeredAtMs = this.#init.clock.now();
    const failure = this.#ownFailure();
    this.#change(reply.kind === 'answer' ? { answer: reply.answer, failure } : { failure });
  }

  #fail(failure: Failure): void {
    const { name, clock, polling, counters } = this.#init;
    counters?.count('child_failures', { child: name, code: failure.code });
    const isStale = polling.staleAfter > 0 && clock.now() - this.#answeredAtMs > polling.staleAfter;
    this.#change({ failure: this.#ownFailure() ?? failure, ...(isStale ? { answer: undefined } : {}) });
  }

  #withoutOwnFailure(): Failure | undefined {
    return this.#ownFailure() ? undefined : this.#report.failure;
  }

  /** A mistake in our own files outlives what the child answers to the old ones. */
  #ownFailure(): Failure | undefined {
    const { failure } = this.#report;
    return failure?.code === 'child-credentials-unusable' ? failure : undefined;
  }

  #change(part: Partial<ChildReport>): void {
    const next = { ...this.#report, ...part };
    if (isDeepStrictEqual(next, this.#report)) return;
    this.#report = next;
    this.#init.onChange();
  }
}

const wrongAddress: Failure = {
  code: 'child-address-wrong',
  text: 'it has no address that could be asked',
  remedy: 'Write the address of its uplink entry point, such as https://child1.example.com:9443.',
};
