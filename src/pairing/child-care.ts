/** One child as this node looks after it: won if it must be, renewed when it is due, tried again when it was away. */
import { Backoff } from '../support/backoff.ts';
import type { Clock } from '../support/clock.ts';
import type { ConfiguredChild, Joining } from './joining.ts';
import type { ChildEntry } from './ledger-schema.ts';
import { dueAtMs, type OwnAuthorities } from './own-authorities.ts';
import { PairingError } from './pairing-error.ts';
import type { ParentSide } from './parent-side.ts';
import type { PairingSurroundings } from './surroundings.ts';

export interface CareInit extends PairingSurroundings {
  readonly side: ParentSide;
  readonly joining: Joining;
  readonly authorities: OwnAuthorities;
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Its failure is another one, or gone. */
  readonly onChange: () => void;
}

/** The time of day may be set while one waits; nobody waits longer without looking at it. */
export const lookMs = 60_000;
const firstRetryMs = 500;
const retryCapMs = 10_000;
/** So long somebody may still be at work on a child that is joining. */
const joiningMs = 30_000;
/** A child that has just been seen to is not doubted. */
const trustMs = 10_000;
/** So much time lies between two renewals that a child asks for. */
const restMs = 1_000;

export class ChildCare {
  readonly #init: CareInit;
  readonly #name: string;
  /** Where the configuration names it, and the secret may pair it. */
  readonly #expected: ConfiguredChild | undefined;
  readonly #backoff: Backoff;
  #rest = new AbortController();
  #work: Promise<unknown> = Promise.resolve();
  /** Not to wait until it is due. */
  #isWanted = false;
  #triedAtMs = 0;
  #notBeforeMs = 0;
  #failure: PairingError | undefined;

  constructor(init: CareInit, { name, expected }: { name: string; expected: ConfiguredChild | undefined }) {
    const { random, authorities } = init;
    const capMs = Math.min(retryCapMs, authorities.term().lifetimeMs / 10);
    this.#init = init;
    this.#name = name;
    this.#expected = expected;
    this.#backoff = new Backoff({ firstMs: firstRetryMs, capMs, random });
  }

  /** Why it is not as it should be. */
  get failure(): PairingError | undefined {
    return this.#failure;
  }

  /** Until this node stops, or the child is none any more. */
  async live(): Promise<void> {
    const { stopping, clock, now } = this.#init;
    while (!stopping.aborted && this.#isOurs()) {
      this.#rest = new AbortController();
      const waitMs = Math.max(this.#dueAtMs(), this.#notBeforeMs) - now();
      if (waitMs <= 0) await this.tend().catch(() => undefined);
      else await clock.sleep(Math.min(waitMs, lookMs), this.#rest.signal).catch(() => undefined);
    }
  }

  /** Something has changed: what is due may be, too. */
  wake(): void {
    this.#rest.abort();
  }

  /** Somebody could not reach it with what it is known by. */
  doubt(): void {
    if (this.#init.now() - this.#triedAtMs < trustMs) return;
    this.#isWanted = true;
    this.wake();
  }

  /** What was in its way may be gone. */
  retry(): void {
    if (this.#failure === undefined) return;
    this.#backoff.reset();
    this.#notBeforeMs = 0;
    this.wake();
  }

  /** It asks for it itself: as often as it likes, which does not make us do it again and again. */
  renewSoon(): void {
    this.#isWanted = true;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, this.#triedAtMs + restMs);
    this.wake();
  }

  /** Now, and not when it is due; one after the other, whoever asks. Throws a `PairingError`. */
  tend(): Promise<void> {
    const done = this.#work.then(() => this.#attempt());
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** A child of the secret is one as long as it stands in the configuration. */
  #isOurs(): boolean {
    return this.#expected !== undefined || this.#entry()?.via === 'invitation';
  }

  #entry(): ChildEntry | undefined {
    return this.#init.ledger.book.children.find(({ name }) => name === this.#name);
  }

  #dueAtMs(): number {
    const { ledger, authorities } = this.#init;
    const child = this.#entry();
    if (child?.state === 'joining') return child.pairedAtMs + joiningMs;
    const isOfNewest = child?.authority === ledger.book.authorities.at(-1)?.id;
    return child && isOfNewest && !this.#isWanted ? dueAtMs(child, authorities.term()) : 0;
  }

  async #attempt(): Promise<void> {
    const { now, onChange } = this.#init;
    const before = this.#failure;
    this.#isWanted = false;
    this.#triedAtMs = now();
    try {
      await this.#freshen();
      this.#failure = undefined;
      this.#backoff.reset();
    } catch (error) {
      this.#failure = asPairingError(error);
      this.#notBeforeMs = now() + this.#backoff.nextMs();
      throw this.#failure;
    } finally {
      if (before?.message !== this.#failure?.message) onChange();
    }
  }

  async #freshen(): Promise<void> {
    const { side, joining } = this.#init;
    const child = this.#entry();
    const expected = this.#expected;
    if (!child) return void (expected && (await joining.bySecret(expected)));
    // What the configuration says of where it is wins over what was true once.
    const current = expected ? { ...child, addresses: [expected.address] } : child;
    try {
      await (child.state === 'joining' ? side.resume(current) : side.renew(current));
    } catch (error) {
      if (!expected || !isForgotten(error)) throw error;
      await joining.bySecret(expected);
    }
  }
}

/** The child knows us no more, or has another key: it may have lost its data directory. */
const isForgotten = (error: unknown): boolean =>
  error instanceof PairingError && (error.code === 'not-paired' || error.code === 'fingerprint-wrong');

/** What nobody has foreseen, such as a full disk, is told as well, and tried again. */
const asPairingError = (error: unknown): PairingError =>
  error instanceof PairingError
    ? error
    : new PairingError('child-unreachable', (error as Error).message, 'It is tried again by itself.');
