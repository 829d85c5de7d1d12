import { type CareInit, ChildCare, lookMs } from './child-care.ts';
import type { ConfiguredChild } from './joining.ts';
import type { PairingError } from './pairing-error.ts';
import { notPaired } from './peer-names.ts';

export interface UpkeepInit extends CareInit {
  /** Those that the secret is to pair with. */
  readonly expected: readonly ConfiguredChild[];
}

/** Keeps certificates fresh: those of children, each by itself and whatever the others do, and our own. */
export class Upkeep implements AsyncDisposable {
  readonly #init: UpkeepInit;
  readonly #cares = new Map<string, ChildCare>();
  readonly #loops = new Set<Promise<void>>();
  #unwatch = () => {};

  constructor(init: UpkeepInit) {
    this.#init = init;
  }

  start(): void {
    this.#unwatch = this.#init.ledger.onChange(() => this.#look());
    this.#run(this.#renewOwn());
    this.#look();
  }

  /** Why children are not as they should be. */
  failures(): [name: string, PairingError][] {
    return [...this.#cares].flatMap(([name, { failure }]) => (failure ? [[name, failure]] : []));
  }

  doubt(name: string): void {
    this.#cares.get(name)?.doubt();
  }

  renewSoon(name: string): void {
    this.#cares.get(name)?.renewSoon();
  }

  /** The secret is another one: those that could not be won by the former need not wait for their turn. */
  retry(): void {
    for (const care of this.#cares.values()) care.retry();
  }

  async tend(name: string): Promise<void> {
    const care = this.#cares.get(name);
    if (!care) throw notPaired(name);
    await care.tend();
  }

  /** After `stopping` has been aborted. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#unwatch();
    for (const care of this.#cares.values()) care.wake();
    await Promise.all(this.#loops);
  }

  /** Begins to care for children that are new; what the others need may be something else now. */
  #look(): void {
    const { ledger, expected, stopping } = this.#init;
    if (stopping.aborted) return;
    const invited = ledger.book.children.filter(({ via }) => via === 'invitation');
    for (const { name } of [...invited, ...expected]) if (!this.#cares.has(name)) this.#begin(name);
    for (const care of this.#cares.values()) care.wake();
  }

  #begin(name: string): void {
    const expected = this.#init.expected.find((each) => each.name === name);
    const care = new ChildCare(this.#init, { name, expected });
    this.#cares.set(name, care);
    this.#run(care.live().finally(() => this.#cares.delete(name)));
  }

  async #renewOwn(): Promise<void> {
    const { authorities, now, clock, stopping, log } = this.#init;
    while (!stopping.aborted) {
      await authorities.renewOwn().catch((error: Error) => {
        log.error("This node's own certificates could not be renewed.", { error: error.message });
      });
      const waitMs = Math.max(authorities.dueAtMs - now(), retryMs);
      await clock.sleep(Math.min(waitMs, lookMs), stopping).catch(() => undefined);
    }
  }

  #run(loop: Promise<void>): void {
    this.#loops.add(loop);
    void loop.finally(() => this.#loops.delete(loop));
  }
}

/** As long as they cannot be written down. */
const retryMs = 1_000;
