/** The invitations of this node: each lets one parent in, once. */
import { createPrivateKey } from 'node:crypto';
import { parseAddress } from './address.ts';
import type { Book, InvitationEntry } from './ledger-schema.ts';
import { invitationId, newSeed, writeInvitation } from './invitation.ts';
import { deriveKey, keyFingerprint } from './keys.ts';
import { PairingError } from './pairing-error.ts';
import { peerName } from './peer-names.ts';
import type { PairingSurroundings } from './surroundings.ts';
import type { Invitation } from './views.ts';

export interface InvitationWish {
  /** `host:port`. */
  readonly addresses: readonly string[];
  /** What the parent is to call this node. */
  readonly name?: string;
  readonly expiresMs: number;
}

/** Of those that let nobody in any more so many are remembered, so that whoever comes is told why. */
const closedMax = 100;

export class Invitations {
  readonly #init: PairingSurroundings;

  constructor(init: PairingSurroundings) {
    this.#init = init;
  }

  async make({ addresses, name, expiresMs }: InvitationWish): Promise<Invitation> {
    const { ledger, now, name: ownName } = this.#init;
    if (addresses.length === 0) throw noAddress;
    const wrong = addresses.find((address) => parseAddress(address) === undefined);
    if (wrong !== undefined) throw wrongAddress(wrong);
    const seed = newSeed();
    const id = invitationId(seed);
    const expiresAtMs = Math.floor((now() + expiresMs) / 1000) * 1000;
    const wanted = peerName(name ?? ownName);
    const entry: InvitationEntry = {
      id,
      name: wanted,
      keyFingerprint: keyFingerprint(deriveKey(seed, 'parent')),
      expiresAtMs,
      state: 'open',
    };
    await ledger.change((book) => ({ ...book, invitations: [...remembered(book, now()), entry] }));
    const fingerprint = keyFingerprint(createPrivateKey(ledger.book.node.key));
    const invitation = writeInvitation({ seed, fingerprint, expiresAtMs, name: wanted, addresses });
    return { id, name: wanted, expiresAt: new Date(expiresAtMs).toISOString(), invitation };
  }

  async withdraw(id: string): Promise<void> {
    await this.#init.ledger.change((book) => {
      this.demand(book, id);
      return closed(book, { id, state: 'withdrawn' });
    });
  }

  /** Throws unless it may be redeemed. */
  demand(book: Book, id: string): void {
    const invitation = book.invitations.find((each) => each.id === id);
    if (!invitation) throw unknown(id);
    if (invitation.state !== 'open') throw notOpen(invitation);
    if (invitation.expiresAtMs <= this.#init.now()) throw expired(invitation);
  }

  use(book: Book, id: string): Book {
    this.demand(book, id);
    return closed(book, { id, state: 'used' });
  }
}

const closed = (book: Book, { id, state }: Pick<InvitationEntry, 'id' | 'state'>): Book => ({
  ...book,
  invitations: book.invitations.map((each) => (each.id === id ? { ...each, state } : each)),
});

function remembered({ invitations }: Book, nowMs: number): InvitationEntry[] {
  const isOpen = (each: InvitationEntry) => each.state === 'open' && each.expiresAtMs > nowMs;
  const kept = new Set(invitations.filter((each) => !isOpen(each)).slice(-closedMax));
  return invitations.filter((each) => isOpen(each) || kept.has(each));
}

const unknown = (id: string) =>
  new PairingError(
    'invitation-refused',
    `There is no invitation ${id}.`,
    'List those that are open with "fairlead pair list", or make one with "fairlead pair invite".',
  );

const notOpen = ({ id, state }: InvitationEntry) =>
  new PairingError(
    'invitation-refused',
    state === 'used' ? `The invitation ${id} has been used already.` : `The invitation ${id} was withdrawn.`,
    'Make a new one with "fairlead pair invite" on the child.',
  );

const expired = ({ id, expiresAtMs }: InvitationEntry) =>
  new PairingError(
    'invitation-expired',
    `The invitation ${id} was good until ${new Date(expiresAtMs).toISOString()}.`,
    'Make a new one with "fairlead pair invite" on the child; if it is not that late, check the clocks of both hosts.',
  );

const noAddress = new PairingError(
  'child-address-wrong',
  'This node has no uplink entry point that others could reach.',
  'Declare one in hub.uplinkEntryPoints, or say where parents reach it: "fairlead pair invite --address host:port".',
);

const wrongAddress = (address: string) =>
  new PairingError(
    'child-address-wrong',
    `${JSON.stringify(address)} is not an address that a parent could connect to.`,
    'Write it as host:port, such as child1.example.com:9443, 192.0.2.1:9443 or [2001:db8::1]:9443.',
  );
