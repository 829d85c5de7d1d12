/** Renews what is asked for: certificates of children by this node, and its own by its parents. */
import { expiryOf } from './certificates.ts';
import type { Ledger } from './ledger.ts';
import type { ChildEntry, ParentEntry } from './ledger-schema.ts';
import type { PairingError } from './pairing-error.ts';
import { peerUnknown } from './peer-names.ts';
import type { RenewalWishes } from './renewal-wishes.ts';
import type { Upkeep } from './upkeep.ts';
import type { Renewal } from './views.ts';

export interface RenewingInit {
  readonly ledger: Ledger;
  readonly upkeep: Pick<Upkeep, 'tend'>;
  readonly wishes: RenewalWishes;
}

export class Renewing {
  readonly #init: RenewingInit;

  constructor(init: RenewingInit) {
    this.#init = init;
  }

  /** With whoever has this name, or with everybody. */
  async with(name?: string): Promise<Renewal[]> {
    const { children, parents } = this.#init.ledger.book;
    const isMeant = (peer: { readonly name: string }) => name === undefined || peer.name === name;
    const signed = children.filter(isMeant);
    const signing = parents.filter((each) => isMeant(each) && each.revokedAtMs === undefined);
    if (name !== undefined && signed.length + signing.length === 0) throw peerUnknown(name);
    const asked = signing.map((parent) => this.#own(parent));
    return Promise.all([...signed.map((child) => this.#ofChild(child)), ...asked]);
  }

  withChildren(): Promise<Renewal[]> {
    return Promise.all(this.#init.ledger.book.children.map((child) => this.#ofChild(child)));
  }

  async #ofChild({ name, fingerprint, certificateUntilMs }: ChildEntry): Promise<Renewal> {
    const { upkeep, ledger } = this.#init;
    const failure = await upkeep.tend(name).then(
      () => undefined,
      (error: PairingError) => error,
    );
    const renewed = ledger.book.children.find((each) => each.fingerprint === fingerprint);
    const untilMs = renewed?.certificateUntilMs ?? certificateUntilMs;
    return renewal({ name, role: 'child', untilMs }, failure);
  }

  async #own(parent: ParentEntry): Promise<Renewal> {
    const { name, id } = parent;
    const outcome = await this.#init.wishes.make(id);
    const { authorities } = this.#init.ledger.book.parents.find((each) => each.id === id) ?? parent;
    const untilMs = expiryOf(authorities.at(-1)!.leaf);
    return renewal({ name, role: 'parent', untilMs }, outcome === 'granted' ? undefined : patience[outcome]);
  }
}

const patience = {
  told: {
    message: 'The parent was asked to, and has not done it yet.',
    remedy: 'What is in its way stands among its problems.',
  },
  unheard: {
    message: 'The parent is not connected to this node at the moment.',
    remedy: 'It renews when it comes.',
  },
};

const renewal = (
  { untilMs, ...of }: Pick<Renewal, 'name' | 'role'> & { readonly untilMs: number },
  failure: Pick<PairingError, 'message' | 'remedy'> | undefined,
): Renewal => ({
  ...of,
  certificateUntil: new Date(untilMs).toISOString(),
  error: failure?.message,
  remedy: failure?.remedy,
});
