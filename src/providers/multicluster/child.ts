import { isDeepStrictEqual } from 'node:util';
import type { Counters } from '../../observability/metrics/counters.ts';
import { Backoff } from '../../support/backoff.ts';
import type { Clock } from '../../support/clock.ts';
import { askChild, type Outcome } from './ask-child.ts';
import { parseChildAddress } from './child-address.ts';
import type { Meeting } from './child-meeting.ts';
import type { Credentials } from './credentials.ts';
import { ChildFailure, type Failure, makesSuspect } from './failure.ts';
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
  /** Its credentials come from pairing, not from the configuration. */
  readonly isPaired: boolean;
}

export interface ChildInit {
  readonly name: string;
  readonly meeting: Meeting;
  readonly polling: Pick<MulticlusterOptions, 'pollInterval' | 'pollTimeout' | 'staleAfter' | 'watch'>;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly counters: Pick<Counters, 'count'> | undefined;
  readonly onChange: () => void;
  /** It could not be reached, or refused us. */
  readonly onSuspicion: () => void;
  readonly onRenewalWanted: () => void;
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
    const { name, meeting, clock, random, polling } = init;
    const { options, isPaired } = meeting;
    const address = parseChildAddress(options.address);
    const nothing = { credentials: undefined, answer: undefined, failure: undefined };
    this.#init = init;
    this.#backoff = new Backoff({ firstMs: 100, capMs: Math.min(polling.pollInterval, soundMs), random });
    this.#report = { name, options, address, isPaired, ...nothing };
    this.#answeredAtMs = clock.now();
    this.refresh(meeting);
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
  refresh(meeting: Meeting): void {
    const before = this.#report;
    try {
      const met = keepEqual(before, { options: meeting.options, credentials: meeting.credentials() });
      const isMoved = met.options.address !== before.options.address;
      const address = isMoved ? parseChildAddress(met.options.address) : before.address;
      this.#change({ ...met, address, failure: this.#withoutOwnFailure() });
      if (asksForDial(before, this.#report)) this.#anew.abort();
    } catch (error) {
      if (!(error instanceof ChildFailure)) throw error;
      this.#change({ failure: error.failure });
    }
  }

  #take(reply: Outcome): void {
    if (reply.kind === 'failed') return this.#fail(reply.failure);
    if (reply.kind === 'renewal-wanted') return this.#init.onRenewalWanted();
    this.#answeredAtMs = this.#init.clock.now();
    const failure = this.#ownFailure();
    this.#change(reply.kind === 'answer' ? { answer: reply.answer, failure } : { failure });
  }

  #fail(failure: Failure): void {
    const { name, clock, polling, counters, onSuspicion } = this.#init;
    counters?.count('child_failures', { child: name, code: failure.code });
    const isStale = polling.staleAfter > 0 && clock.now() - this.#answeredAtMs > polling.staleAfter;
    const told = this.#report.isPaired ? explainPaired(failure) : failure;
    this.#change({ failure: this.#ownFailure() ?? told, ...(isStale ? { answer: undefined } : {}) });
    if (makesSuspect(failure)) onSuspicion();
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

type Met = Pick<ChildReport, 'options' | 'credentials'>;

/** What has not changed stays the same object. */
const keepEqual = (before: Met, met: Met): Met => ({
  options: isDeepStrictEqual(before.options, met.options) ? before.options : met.options,
  credentials: isDeepStrictEqual(before.credentials, met.credentials) ? before.credentials : met.credentials,
});

/** What a paired child is asked over goes on under the certificates it began with: it is renewed at its leisure. */
function asksForDial(before: ChildReport, after: ChildReport): boolean {
  if (before.options === after.options && before.credentials === after.credentials) return false;
  const isSound = after.answer?.isLive === true && after.failure === undefined;
  const isSamePlace = after.address === before.address && before.credentials && after.credentials;
  return !(after.isPaired && isSound && isSamePlace);
}

/** Nobody has written the certificates of pairing, so nobody is told to change them. */
const explainPaired = (failure: Failure): Failure =>
  failure.code === 'child-refused-us' || failure.code === 'child-certificate-refused'
    ? { ...failure, remedy: renewalRemedy }
    : failure;

const renewalRemedy =
  'It is asked by itself what is wrong, and gets new certificates; if that fails, a problem of pairing says why.';

const wrongAddress: Failure = {
  code: 'child-address-wrong',
  text: 'it has no address that could be asked',
  remedy: 'Write the address of its uplink entry point, such as https://child1.example.com:9443.',
};
