/** This node as a parent: whom it takes for a child, and how it shows itself to it. */
import { childCertificate, requestedKey } from './certificates.ts';
import { ChildConnection, type ConnectionWish, PeerRefusal } from './child-connection.ts';
import { withChild, withoutChild, withRenewedChild } from './child-entries.ts';
import { keyFingerprint } from './keys.ts';
import type { AuthorityEntry, Book, ChildEntry } from './ledger-schema.ts';
import type { Answered } from './messages.ts';
import type { OwnAuthorities } from './own-authorities.ts';
import { PairingError } from './pairing-error.ts';
import { anotherKey, demandOwnName, nameTaken, notPaired } from './peer-names.ts';
import { pairedName } from './server-names.ts';
import type { PairingSurroundings } from './surroundings.ts';

/** What is decided here of a child, whatever it says of itself. */
export type Terms = Pick<ChildEntry, 'name' | 'addresses' | 'allow' | 'maxWeight' | 'via'>;

export interface ParentSideInit extends PairingSurroundings {
  readonly authorities: OwnAuthorities;
}

export class ParentSide {
  readonly #init: ParentSideInit;
  /** By fingerprint: how far a child's clock is ahead of ours. */
  readonly #clockAheadMs = new Map<string, number>();

  constructor(init: ParentSideInit) {
    this.#init = init;
  }

  /** Over a connection that has shown the secret of an invitation, or the shared one. */
  async enrol(connection: ChildConnection, terms: Terms): Promise<ChildEntry> {
    const { ledger, node, authorities } = this.#init;
    const told = await connection.ask('greeting', this.#speaker());
    if (told.node === node) throw isSelf;
    const authority = await authorities.newest();
    const child = this.#entry(told, { terms, authority, reached: connection.address });
    // A request by itself may be that of anybody; the shared secret has a key of its own.
    if (terms.via === 'invitation' && child.fingerprint !== connection.fingerprint)
      throw unsigned(terms.name);
    // Written first: whatever happens from here on, we know whom the child may have taken us for.
    await ledger.change((book) => {
      this.#demandPlace(book, child);
      return withChild(book, child);
    });
    try {
      await connection.ask('acceptance', { ...this.#speaker(), ...this.#issue(told, authority) });
    } catch (error) {
      return this.#settle(child, error);
    }
    const paired: ChildEntry = { ...child, state: 'paired' };
    await ledger.change((book) => withRenewedChild(book, paired));
    return paired;
  }

  /** One name, one key: a child that has another key than before may have lost its data directory, or be another one. */
  #demandPlace(book: Book, { name, node, fingerprint, via }: ChildEntry): void {
    demandOwnName(book, { name, node });
    const namesake = book.children.find((each) => each.name === name);
    const twin = book.children.find((each) => each.fingerprint === fingerprint);
    if (via === 'secret' && twin && twin !== namesake) throw sharedIdentity(name, twin.name);
    if (!namesake || namesake === twin) return;
    if (via === 'invitation') throw nameTaken(name);
    if (!this.#init.options.rejoin) throw mayNotReplace(name);
  }

  /**
   * A child that has not answered may have taken us in all the same: then it knows us when we come again. If it does
   * not know us yet, it may still be about to: it stays as one that is joining.
   */
  async #settle(child: ChildEntry, error: unknown): Promise<ChildEntry> {
    if (error instanceof PeerRefusal) {
      await this.#init.ledger.change((book) => withoutChild(book, child));
      throw error;
    }
    return this.renew(child).catch(() => {
      throw error;
    });
  }

  /** A while later, for a child of which we do not know whether it has taken us in. */
  async resume(child: ChildEntry): Promise<ChildEntry> {
    try {
      return await this.renew(child);
    } catch (error) {
      if (error instanceof PairingError && error.code === 'not-paired')
        await this.#init.ledger.change((book) => withoutChild(book, child));
      throw error;
    }
  }

  /** Gives the child a new certificate of the newest authority, over a connection by which it knows us already. */
  async renew(child: ChildEntry): Promise<ChildEntry> {
    const { ledger, authorities } = this.#init;
    await using connection = await ChildConnection.open(this.knownAs(child));
    const told = await connection.ask('renewal-request', this.#speaker());
    const authority = await authorities.newest();
    const entry = this.#entry(told, { terms: child, authority, reached: connection.address });
    if (entry.fingerprint !== child.fingerprint) throw notPaired(child.name);
    await connection.ask('renewal', this.#issue(told, authority));
    const renewed: ChildEntry = { ...entry, state: 'paired', pairedAtMs: child.pairedAtMs };
    await ledger.change((book) => withRenewedChild(book, renewed));
    return renewed;
  }

  /** Known by its key, so that a child that was off for longer than its certificate was good gets a new one. */
  knownAs(child: ChildEntry): ConnectionWish {
    const { name, addresses, fingerprint, authority } = child;
    const identity = this.#init.authorities.identity(authority);
    if (!identity) throw notPaired(name);
    const serverName = pairedName(authority, fingerprint);
    const onStranger = (address: string) => anotherKey(name, address);
    const refusal = notPaired(name);
    return { addresses, serverName, identity, fingerprint, onStranger, refusal, signal: this.#init.stopping };
  }

  /** Undefined as long as the child has not said what time it is there. */
  clockAheadMs({ fingerprint }: ChildEntry): number | undefined {
    return this.#clockAheadMs.get(fingerprint);
  }

  #entry(
    told: Answered<'greeting'>,
    { terms, authority, reached }: { terms: Terms; authority: AuthorityEntry; reached: string },
  ): ChildEntry {
    const { nowMs, lifetimeMs } = this.#init.authorities.term();
    const { name, allow, maxWeight, via, addresses } = terms;
    const key = requestedKey(told.request);
    if (!key) throw unsigned(name);
    const fingerprint = keyFingerprint(key);
    this.#clockAheadMs.set(fingerprint, told.time - nowMs);
    return {
      ...{ name, allow, maxWeight, via, fingerprint },
      node: told.node,
      addresses: [reached, ...addresses.filter((address) => address !== reached)],
      state: 'joining',
      authority: authority.id,
      pairedAtMs: nowMs,
      renewAtMs: nowMs + lifetimeMs / 2,
      certificateUntilMs: nowMs + lifetimeMs,
    };
  }

  #issue({ request }: Answered<'greeting'>, signer: AuthorityEntry) {
    const publicKey = requestedKey(request)!;
    const serverName = pairedName(signer.id, keyFingerprint(publicKey));
    const term = this.#init.authorities.term();
    return {
      authority: signer.certificate,
      certificate: childCertificate(signer, { publicKey, serverName, ...term }),
    };
  }

  #speaker() {
    const { node, name, now } = this.#init;
    return { node, name, time: now() };
  }
}

const isSelf = new PairingError(
  'child-is-self',
  'The child is this node itself.',
  'Run "fairlead pair join" on the host that is to be the parent, and correct the address if it is configured.',
);

const mayNotReplace = (name: string) =>
  new PairingError(
    'rejoin-refused',
    `The child ${name} has another key than the one this node is paired with.`,
    `If it has lost its data directory: run "fairlead pair revoke ${name}" here and pair again, or set hub.pairing.rejoin.`,
  );

const sharedIdentity = (name: string, twin: string) =>
  new PairingError(
    'child-identity-shared',
    `The children ${twin} and ${name} are one node: both addresses lead to the same key.`,
    'Remove one of the two from the configuration; if these are two hosts, one was cloned from the other: empty the data directory of one and restart it.',
  );

const unsigned = (name: string) =>
  new PairingError(
    'peer-answer-wrong',
    `The child ${name} asks for a certificate for a key that it has not proved to have.`,
    'Check that both nodes run versions of Fairlead that go together.',
  );
