/** The authorities of this node as a parent: what signs for its children, and shows it to them. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { authorityCertificate, authorityId, parentCertificate, type Signer } from './certificates.ts';
import { generateKey } from './keys.ts';
import type { Ledger } from './ledger.ts';
import type { AuthorityEntry, Book } from './ledger-schema.ts';

export interface OwnAuthoritiesInit {
  readonly ledger: Ledger;
  readonly now: () => number;
  /** Of all that is signed. */
  readonly lifetimeMs: number;
}

/** From when to when. */
export interface Term {
  readonly nowMs: number;
  readonly lifetimeMs: number;
}

/** At once if it is from the future: the clock has been set back, or the lifetime made shorter. */
export const dueAtMs = (
  { renewAtMs }: { readonly renewAtMs: number },
  { nowMs, lifetimeMs }: Term,
): number => (renewAtMs > nowMs + lifetimeMs ? 0 : renewAtMs);

export class OwnAuthorities {
  readonly #init: OwnAuthoritiesInit;

  constructor(init: OwnAuthoritiesInit) {
    this.#init = init;
  }

  term(): Term {
    return { nowMs: this.#init.now(), lifetimeMs: this.#init.lifetimeMs };
  }

  /** The first is made when it is needed. */
  async newest(): Promise<AuthorityEntry> {
    const { ledger } = this.#init;
    return ledger.book.authorities.at(-1) ?? this.#add((book) => book.authorities.length === 0);
  }

  /** From now on another one signs; those that children know us by stay until none does. */
  rollOver(): Promise<AuthorityEntry> {
    return this.#add(() => true);
  }

  /** With which children that know this authority are met. */
  identity(id: string): { cert: string; key: string } | undefined {
    const { book } = this.#init.ledger;
    const authority = book.authorities.find((each) => each.id === id);
    return authority && { cert: authority.own.certificate, key: book.node.key };
  }

  /** When the next of our own certificates is due. */
  get dueAtMs(): number {
    const term = this.term();
    return Math.min(...this.#init.ledger.book.authorities.map(({ own }) => dueAtMs(own, term)));
  }

  async renewOwn(): Promise<void> {
    const term = this.term();
    if (this.dueAtMs > term.nowMs) return;
    const renewed = (each: AuthorityEntry, nodeKey: string): AuthorityEntry =>
      dueAtMs(each.own, term) > term.nowMs ? each : { ...each, own: ownCertificate(each, nodeKey, term) };
    await this.#init.ledger.change((book) => ({
      ...book,
      authorities: book.authorities.map((each) => renewed(each, book.node.key)),
    }));
  }

  async #add(isWanted: (book: Book) => boolean): Promise<AuthorityEntry> {
    const { ledger } = this.#init;
    const made = await newAuthority(ledger.book.node.key, this.term());
    await ledger.change((book) =>
      isWanted(book) ? withoutUnused({ ...book, authorities: [...book.authorities, made] }) : book,
    );
    return ledger.book.authorities.at(-1)!;
  }
}

async function newAuthority(nodeKey: string, term: Term): Promise<AuthorityEntry> {
  const key = await generateKey();
  const signer = { key, certificate: authorityCertificate(key, term.nowMs) };
  const id = authorityId(createPublicKey(createPrivateKey(key)));
  return { id, ...signer, own: ownCertificate(signer, nodeKey, term) };
}

function ownCertificate(signer: Signer, nodeKey: string, term: Term): AuthorityEntry['own'] {
  const publicKey = createPublicKey(createPrivateKey(nodeKey));
  return {
    certificate: parentCertificate(signer, { publicKey, ...term }),
    renewAtMs: term.nowMs + term.lifetimeMs / 2,
  };
}

/** The newest, and those that a child still knows us by. */
export function withoutUnused(book: Book): Book {
  const used = new Set(book.children.map(({ authority }) => authority));
  const newest = book.authorities.at(-1);
  return { ...book, authorities: book.authorities.filter((each) => each === newest || used.has(each.id)) };
}
