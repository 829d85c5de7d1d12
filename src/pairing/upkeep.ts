/** Keeps certificates fresh: each child is tended when it is due, whatever the others do. */
import { Backoff } from '../support/backoff.ts';
import type { Clock } from '../support/clock.ts';
import type { ConfiguredChild, Joining } from './joining.ts';
import type { ChildEntry } from './ledger-schema.ts';
import { PairingError } from './pairing-error.ts';
import type { ParentSide } from './parent-side.ts';
import type { OwnAuthorities } from './own-authorities.ts';
import type { PairingSurroundings } from './surroundings.ts';

export interface UpkeepInit extends PairingSurroundings {
  readonly side: ParentSide;
  readonly joining: Joining;
  readonly authorities: OwnAuthorities;
  /** Those that the secret is to pair with. */
  readonly expected: readonly ConfiguredChild[];
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly onChange: () => void;
}

/** The time of day may be set while one waits; nobody waits longer without looking at it. */
const lookMs = 60_000;
const firstRetryMs = 500;
const retryCapMs = 10_000;
/** So long somebody may still be at work on a child that is joining. */
const joiningMs = 30_000;
/** A child that has just been seen to is not doubted. */
const trustMs = 10_000;

interface Care {
  readonly name: string;
  readonly backoff: Backoff;
  resting: AbortController;
  notBeforeMs: number;
  tendedAtMs: number;
  isDoubted: boolean;
  failure: PairingError | undefined;
  work: Promise<unknown>;
}

export class Upkeep implements AsyncDisposable {
  readonly #init: UpkeepInit;
  readonly #cares = new Map<string, Care>();
  readonly #loops = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #unwatch = () => {};

  constructor(init: UpkeepInit) {
    this.#init = init;
  }

  start(): void {
    this.#unwatch = this.#init.ledger.onChange(() => this.#look());
    this.#run(this.#renewOwn());
    this.#look();
  }

  /** Why a child is not as it should be. */
  failures(): ReadonlyMap<string, PairingError> {
    const failing = [...this.#cares.values()].filter(({ failure }) => failure !== undefined);
    return new Map(failing.map(({ name, failure }) => [name, failure!]));
  }

  /** Somebody could not reach the child with what it is known by: see what is wrong. */
  doubt(name: string): void {
    const care = this.#cares.get(name);
    if (!care || this.#init.now() - care.tendedAtMs < trustMs) return;
    care.isDoubted = true;
    care.resting.abort();
  }

  /** Now, and not when it is due; throws a `PairingError`. */
  async tend(name: string): Promise<void> {
    const care = this.#cares.get(name);
    if (care) await this.#tend(care);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unwatch();
    this.#stop.abort();
    for (const { resting } of this.#cares.values()) resting.abort();
    await Promise.all(this.#loops);
  }

  /** Begins to care for children that are new. */
  #look(): void {
    if (this.#stop.signal.aborted) return;
    const { ledger, expected } = this.#init;
    const names = new Set([...ledger.book.children, ...expected].map(({ name }) => name));
    for (const name of names)
      if (!this.#cares.has(name) && this.#isOurs(name)) this.#run(this.#care(this.#begin(name)));
    for (const { resting } of this.#cares.values()) resting.abort();
  }

  #begin(name: string): Care {
    const { random, authorities } = this.#init;
    const capMs = Math.min(retryCapMs, authorities.term().lifetimeMs / 10);
    const backoff = new Backoff({ firstMs: firstRetryMs, capMs, random });
    const care: Care = {
      ...{ name, backoff, resting: new AbortController(), isDoubted: false, failure: undefined },
      ...{ notBeforeMs: 0, tendedAtMs: 0, work: Promise.resolve() },
    };
    this.#cares.set(name, care);
    return care;
  }

  async #care(care: Care): Promise<void> {
    while (!this.#stop.signal.aborted && this.#isOurs(care.name)) {
      care.resting = new AbortController();
      const waitMs = Math.max(this.#dueAtMs(care), care.notBeforeMs) - this.#init.now();
      if (waitMs > 0) await this.#rest(waitMs, care.resting.signal);
      else await this.#tend(care).catch(() => undefined);
    }
    this.#cares.delete(care.name);
  }

  async #renewOwn(): Promise<void> {
    const { authorities, now } = this.#init;
    while (!this.#stop.signal.aborted) {
      const waitMs = authorities.dueAtMs - now();
      if (waitMs > 0) await this.#rest(waitMs, this.#stop.signal);
      else await authorities.renewOwn();
    }
  }

  #rest(ms: number, signal: AbortSignal): Promise<void> {
    return this.#init.clock.sleep(Math.min(ms, lookMs), signal).catch(() => undefined);
  }

  #run(loop: Promise<void>): void {
    this.#loops.add(loop);
    void loop.finally(() => this.#loops.delete(loop));
  }

  /** A child of the secret is one as long as it stands in the configuration. */
  #isOurs(name: string): boolean {
    const isExpected = this.#expected(name) !== undefined;
    return isExpected || this.#entry(name)?.via === 'invitation';
  }

  #entry(name: string): ChildEntry | undefined {
    return this.#init.ledger.book.children.find((each) => each.name === name);
  }

  #expected(name: string): ConfiguredChild | undefined {
    return this.#init.expected.find((each) => each.name === name);
  }

  #dueAtMs({ name, isDoubted }: Care): number {
    const child = this.#entry(name);
    const newest = this.#init.ledger.book.authorities.at(-1)?.id;
    if (child?.state === 'joining') return child.pairedAtMs + joiningMs;
    if (isDoubted || child === undefined || child.authority !== newest) return 0;
    return child.renewAtMs;
  }

  /** One after the other, whoever asks. */
  #tend(care: Care): Promise<void> {
    const done = care.work.then(() => this.#attempt(care));
    care.work = done.catch(() => undefined);
    return done;
  }

  async #attempt(care: Care): Promise<void> {
    const { now, onChange } = this.#init;
    const before = care.failure;
    care.isDoubted = false;
    care.tendedAtMs = now();
    try {
      await this.#freshen(care.name);
      care.failure = undefined;
      care.backoff.reset();
    } catch (error) {
      care.failure = asPairingError(error);
      care.notBeforeMs = now() + care.backoff.nextMs();
      throw care.failure;
    } finally {
      if (before?.message !== care.failure?.message) onChange();
    }
  }

  async #freshen(name: string): Promise<void> {
    const { side, joining } = this.#init;
    const child = this.#entry(name);
    const expected = this.#expected(name);
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

/** What nobody has foreseen is told as well, and tried again. */
const asPairingError = (error: unknown): PairingError =>
  error instanceof PairingError
    ? error
    : new PairingError('child-unreachable', (error as Error).message, 'It is tried again by itself.');
