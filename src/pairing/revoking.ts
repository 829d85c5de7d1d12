/** Ends what is between this node and a peer, for good and at once. */
import type { Clock } from '../support/clock.ts';
import { ChildConnection, type ConnectionWish } from './child-connection.ts';
import { withRevokedChild } from './child-entries.ts';
import type { ChildEntry, ParentEntry } from './ledger-schema.ts';
import { withRevokedParent } from './parent-entries.ts';
import type { ParentSide } from './parent-side.ts';
import type { PairingSurroundings } from './surroundings.ts';

export interface RevokingInit extends PairingSurroundings {
  readonly side: ParentSide;
  readonly clock: Clock;
}

/** So long one waits for a child to hear that it is none any more. */
const farewellMs = 2_000;

export class Revoking {
  readonly #init: RevokingInit;

  constructor(init: RevokingInit) {
    this.#init = init;
  }

  /** In each role it has; what needs nobody else comes first. */
  async peer(name: string): Promise<void> {
    const { children, parents } = this.#init.ledger.book;
    const child = children.find((each) => each.name === name);
    const parent = parents.find((each) => each.name === name && each.revokedAtMs === undefined);
    if (parent) await this.#parent(parent);
    if (child) await this.#child(child);
  }

  /** First it is none of ours any more, then it is told. */
  async #child(child: ChildEntry): Promise<void> {
    const { ledger, now, log, side } = this.#init;
    const wish = side.knownAs(child);
    await ledger.change((book) => withRevokedChild(book, child, now()));
    log.warn(`The child ${child.name} is revoked.`, { child: child.name, node: child.node });
    await this.#sayFarewell(wish);
  }

  /** It is not told: it may not speak to us, and we do not call it. */
  async #parent(parent: ParentEntry): Promise<void> {
    const { ledger, now, log, secret } = this.#init;
    const spent = { nowMs: now(), secret: secret.value?.parent.fingerprint };
    await ledger.change((book) => withRevokedParent(book, parent, spent));
    log.warn(`The parent ${parent.name} is revoked.`, { parent: parent.name, node: parent.node });
  }

  /** A child that does not hear it finds out when it is invited anew. */
  async #sayFarewell(wish: ConnectionWish): Promise<void> {
    const { clock, stopping } = this.#init;
    const enough = new AbortController();
    const signal = AbortSignal.any([stopping, enough.signal]);
    const late = clock.sleep(farewellMs, signal).then(
      () => enough.abort(),
      () => undefined,
    );
    try {
      await using connection = await ChildConnection.open({ ...wish, signal });
      await connection.ask('farewell', {});
    } catch {
      // It is revoked all the same.
    } finally {
      enough.abort();
      await late;
    }
  }
}
