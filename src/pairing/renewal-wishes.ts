import type { Clock } from '../support/clock.ts';
import type { PairingSurroundings } from './surroundings.ts';

/** It is the same one until it is granted. */
export interface Wish {
  readonly parent: string;
}

/** `told`: the parent knows of it; `unheard`: it has not asked anything since. */
export type WishOutcome = 'granted' | 'told' | 'unheard';

export interface RenewalWishesInit extends Pick<PairingSurroundings, 'stopping'> {
  readonly clock: Clock;
}

interface Pending extends Wish {
  readonly granted: PromiseWithResolvers<void>;
  isTold: boolean;
}

/** Longer than a parent that polls rests between two questions. */
const patienceMs = 8_000;

/**
 * That this node, as a child, wants a new certificate. It may open no connection, so a parent is told when it listens,
 * or asks the next time; the wish stays until then.
 */
export class RenewalWishes {
  readonly #init: RenewalWishesInit;
  /** By id of the parent. */
  readonly #pending = new Map<string, Pending>();

  constructor(init: RenewalWishesInit) {
    this.#init = init;
  }

  /** What has become of it in a time that people wait. */
  async make(parent: string): Promise<WishOutcome> {
    const wish = this.#pending.get(parent) ?? this.#begin(parent);
    const enough = new AbortController();
    const signal = AbortSignal.any([this.#init.stopping, enough.signal]);
    const late = this.#init.clock.sleep(patienceMs, signal).catch(() => undefined);
    await Promise.race([wish.granted.promise, late]);
    enough.abort();
    if (this.#pending.get(parent) !== wish) return 'granted';
    return wish.isTold ? 'told' : 'unheard';
  }

  /** For the parent itself: it is told herewith. */
  tell(parent: string): Wish | undefined {
    const wish = this.#pending.get(parent);
    if (wish) wish.isTold = true;
    return wish;
  }

  grant(parent: string): void {
    this.#pending.get(parent)?.granted.resolve();
    this.#pending.delete(parent);
  }

  #begin(parent: string): Pending {
    const wish = { parent, granted: Promise.withResolvers<void>(), isTold: false };
    this.#pending.set(parent, wish);
    return wish;
  }
}
