import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../support/clock.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import { askChild, type ChildAnswer, type Reply } from './ask-child.ts';
import { parseChildAddress } from './child-address.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { ChildFailure, type Failure } from './failure.ts';
import type { ChildOptions, MulticlusterOptions } from './options.ts';

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
  readonly polling: Pick<MulticlusterOptions, 'pollInterval' | 'pollTimeout' | 'staleAfter'>;
  readonly files: WatchedFiles;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly onChange: () => void;
}

/** Asks one child at its own pace, whatever the others do, and keeps its last good answer. */
export class Child {
  readonly #init: ChildInit;
  #report: ChildReport;
  #answeredAtMs: number;

  constructor(init: ChildInit) {
    const { name, options, clock } = init;
    const address = parseChildAddress(options.address);
    this.#init = init;
    this.#report = { name, options, address, credentials: undefined, answer: undefined, failure: undefined };
    this.#answeredAtMs = clock.now();
    this.readFiles();
  }

  get report(): ChildReport {
    return this.#report;
  }

  /** Asks again and again until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock, polling, random } = this.#init;
    while (!signal.aborted) {
      await clock.sleep(polling.pollInterval * (0.9 + random() / 5), signal).catch(() => undefined);
      if (!signal.aborted) await this.ask(signal);
    }
  }

  async ask(signal: AbortSignal): Promise<void> {
    const { address, credentials, answer, options } = this.#report;
    if (!address) return this.#fail(wrongAddress);
    if (!credentials) return;
    const reply = await askChild({
      address,
      credentials,
      transport: options.serversTransport,
      timeoutMs: this.#init.polling.pollTimeout,
      etag: answer?.etag,
      signal,
    });
    if (!signal.aborted) this.#take(reply);
  }

  /** Files that cannot be used as they are leave those read before in use. */
  readFiles(): void {
    const { options, files } = this.#init;
    try {
      const credentials = readCredentials(options.serversTransport, files);
      const mended = this.#report.failure?.code === 'child-credentials';
      this.#change({ credentials, ...(mended ? { failure: undefined } : {}) });
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error;
      this.#change({ failure: error.failure });
    }
  }

  #take(reply: Reply): void {
    if (reply.kind === 'failed') return this.#fail(reply.failure);
    this.#answeredAtMs = this.#init.clock.now();
    const failure = this.#ownFailure();
    this.#change(reply.kind === 'answer' ? { answer: reply.answer, failure } : { failure });
  }

  #fail(failure: Failure): void {
    const { clock, polling } = this.#init;
    const isStale = polling.staleAfter > 0 && clock.now() - this.#answeredAtMs > polling.staleAfter;
    this.#change({ failure: this.#ownFailure() ?? failure, ...(isStale ? { answer: undefined } : {}) });
  }

  /** A mistake in our own files outlives what the child answers to the old ones. */
  #ownFailure(): Failure | undefined {
    const { failure } = this.#report;
    return failure?.code === 'child-credentials' ? failure : undefined;
  }

  #change(part: Partial<ChildReport>): void {
    const next = { ...this.#report, ...part };
    if (isDeepStrictEqual(next, this.#report)) return;
    this.#report = next;
    this.#init.onChange();
  }
}

const wrongAddress: Failure = {
  code: 'child-address',
  text: 'it has no address that could be asked',
  remedy: 'Write the address of its uplink entry point, such as https://child1.example.com:9443.',
};
