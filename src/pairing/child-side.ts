/** This node as a child: who may come, what they are shown, and what they are answered. */
import { createPrivateKey } from 'node:crypto';
import type { Peer, UplinkIdentity } from '../model/peer.ts';
import type { Clock } from '../support/clock.ts';
import { isFor, readAuthority } from './certificates.ts';
import { Invitations } from './invitations.ts';
import { keyFingerprint } from './keys.ts';
import type { Book, ParentEntry } from './ledger-schema.ts';
import { type Answered, type Asked, type Question, questions, readMessage } from './messages.ts';
import { PairingError } from './pairing-error.ts';
import { ownerOf, parentOf, withAuthority, withoutParent, withParent } from './parent-entries.ts';
import { admitBySecret } from './parent-policy.ts';
import { RenewalWishes } from './renewal-wishes.ts';
import { pairedName, sharedId } from './server-names.ts';
import type { SharedSecret } from './shared-secret.ts';
import type { PairingSurroundings } from './surroundings.ts';
import { uplinkIdentities } from './uplink-identities.ts';

export interface ChildSideInit extends PairingSurroundings {
  readonly clock: Clock;
}

interface Shown {
  readonly book: Book;
  readonly secret: SharedSecret | undefined;
  readonly identities: readonly UplinkIdentity[];
}

export class ChildSide {
  readonly #init: ChildSideInit;
  readonly invitations: Invitations;
  readonly wishes: RenewalWishes;
  #shown: Shown | undefined;

  constructor(init: ChildSideInit) {
    this.#init = init;
    this.invitations = new Invitations(init);
    this.wishes = new RenewalWishes(init);
  }

  /** Asked for with every change of the configuration, so the same as long as nothing of pairing has changed. */
  identities(): readonly UplinkIdentity[] {
    const { book } = this.#init.ledger;
    const secret = this.#init.secret.value;
    if (this.#shown?.book !== book || this.#shown.secret !== secret)
      this.#shown = { book, secret, identities: uplinkIdentities(book, secret) };
    return this.#shown.identities;
  }

  async answer(peer: Peer, question: Question, body: unknown): Promise<unknown> {
    switch (question) {
      case 'greeting':
        return this.#greeting(peer, readMessage(questions.greeting, body));
      case 'acceptance':
        return this.#acceptance(peer, readMessage(questions.acceptance, body));
      case 'renewal-request':
        parentOf(this.#init.ledger.book, peer);
        return this.#request();
      case 'renewal':
        return this.#renewal(peer, readMessage(questions.renewal, body));
      case 'farewell':
        return this.#farewell(peer);
    }
  }

  /** Says no before the parent has written anything, if it must be no. */
  #greeting(peer: Peer, asked: Asked<'greeting'>): Answered<'greeting'> {
    const { ledger, node } = this.#init;
    if (asked.node === node) throw isSelf;
    if (peer.id === sharedId) this.#placeBySecret(ledger.book, { name: asked.name });
    else this.invitations.demand(ledger.book, peer.id);
    return this.#request();
  }

  #request(): Answered<'renewal-request'> {
    const { ledger, node, name, now } = this.#init;
    return { node, name, time: now(), request: ledger.book.node.certificate };
  }

  async #acceptance(peer: Peer, asked: Asked<'acceptance'>): Promise<Answered<'acceptance'>> {
    const { ledger, now, log } = this.#init;
    const { node, name } = asked;
    const authority = this.#issued(asked);
    const via = peer.id === sharedId ? 'secret' : 'invitation';
    await ledger.change((book) => {
      const arrival = { node, name, via, pairedAtMs: now(), authority } as const;
      if (via === 'invitation') return withParent(this.invitations.use(book, peer.id), arrival);
      return withParent(book, { ...arrival, replaces: this.#placeBySecret(book, arrival) });
    });
    const parent = ownerOf(ledger.book, authority)?.name ?? name;
    log.info(`Paired with the parent ${parent}.`, { parent, node, via });
    return {};
  }

  /** In whose place a parent comes that knows the secret; one that is there already comes in its own. */
  #placeBySecret(
    book: Book,
    { name, authority }: { name: string; authority?: Authority },
  ): ParentEntry | undefined {
    const { options, secret } = this.#init;
    const known = authority && ownerOf(book, authority);
    if (known?.revokedAtMs !== undefined) throw revoked(known.name);
    const keyFingerprint = secret.value?.parent.fingerprint ?? '';
    return known ?? admitBySecret(book, { name, options, keyFingerprint });
  }

  async #renewal(peer: Peer, asked: Asked<'renewal'>): Promise<Answered<'renewal'>> {
    const { ledger, now } = this.#init;
    const newest = this.#issued(asked);
    await ledger.change((book) => withAuthority(book, parentOf(book, peer), { newest, nowMs: now() }));
    this.wishes.grant(peer.id);
    return {};
  }

  async #farewell(peer: Peer): Promise<Answered<'farewell'>> {
    const { ledger, log } = this.#init;
    const { name } = parentOf(ledger.book, peer);
    await ledger.change((book) => withoutParent(book, peer));
    log.info(`The parent ${name} has ended the pairing.`, { parent: name });
    return {};
  }

  /** What a parent has given us, if it is ours in fact. */
  #issued({ authority, certificate }: Asked<'renewal'>): Authority {
    const key = createPrivateKey(this.#init.ledger.book.node.key);
    const id = readAuthority(authority);
    const serverName = pairedName(id ?? '', keyFingerprint(key));
    if (id === undefined || !isFor(certificate, { key, serverName, authority })) throw notForUs;
    return { id, certificate: authority, leaf: certificate };
  }
}

type Authority = ParentEntry['authorities'][number];

const isSelf = new PairingError(
  'child-is-self',
  'The invitation leads back to the node that redeems it.',
  'Run "fairlead pair join" on the host that is to be the parent.',
);

const notForUs = new PairingError(
  'peer-answer-wrong',
  'The certificate that the parent has made is not for the key and the name of this child, or not signed by its authority.',
  'Check that both nodes run versions of Fairlead that go together.',
);

const revoked = (name: string) =>
  new PairingError(
    'rejoin-refused',
    `The parent ${name} was revoked on this child; the shared secret does not let it in again.`,
    'If it may come back, invite it with "fairlead pair invite" on the child.',
  );
