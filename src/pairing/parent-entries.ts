/** The parents of this node as they stand in the book. */
import type { Peer } from '../model/peer.ts';
import { expiryOf } from './certificates.ts';
import type { Book, ParentEntry } from './ledger-schema.ts';
import { PairingError } from './pairing-error.ts';
import { freeName, peerUnknown } from './peer-names.ts';

type Authority = ParentEntry['authorities'][number];

/** One that is not revoked. */
export function parentOf(book: Book, { id, name }: Peer): ParentEntry {
  const parent = book.parents.find((each) => each.id === id && each.revokedAtMs === undefined);
  if (!parent) throw peerUnknown(name);
  return parent;
}

/** Whoever has this authority is known by it, revoked or not. */
export const ownerOf = (book: Book, { id }: Authority): ParentEntry | undefined =>
  book.parents.find(({ authorities }) => authorities.some((each) => each.id === id));

export interface Arrival extends Pick<ParentEntry, 'node' | 'name' | 'via' | 'pairedAtMs'> {
  readonly authority: Authority;
  /** In whose place it comes. */
  readonly replaces?: ParentEntry | undefined;
}

export function withParent(book: Book, { authority, name, replaces, ...arrival }: Arrival): Book {
  const known = ownerOf(book, authority);
  const others = book.parents.filter((each) => each !== known && each !== replaces);
  const parent: ParentEntry = {
    ...arrival,
    id: known?.id ?? authority.id,
    name: known?.name ?? freeName({ ...book, parents: others }, { name, node: arrival.node }),
    authorities: [authority],
  };
  return { ...book, parents: [...others, parent] };
}

/**
 * The parent may come under its former authority until it has heard that we know the new one; those before have done
 * their time when their certificate has.
 */
export function withAuthority(book: Book, parent: ParentEntry, { newest, nowMs }: Renewed): Book {
  const owner = ownerOf(book, newest);
  if (owner && owner !== parent) throw ofAnother;
  const others = parent.authorities.filter(({ id }) => id !== newest.id);
  const former = owner ? undefined : others.at(-1);
  const lasting = others.filter((each) => each === former || expiryOf(each.leaf) > nowMs);
  const renewed = { ...parent, authorities: [...lasting, newest] };
  return { ...book, parents: book.parents.map((each) => (each === parent ? renewed : each)) };
}

export interface Renewed {
  readonly newest: Authority;
  readonly nowMs: number;
}

export const withoutParent = (book: Book, { id }: Pick<ParentEntry, 'id'>): Book => ({
  ...book,
  parents: book.parents.filter((each) => each.id !== id),
});

/** The secret it came by is spent with it, for it could come again as somebody else. */
export function withRevokedParent(
  book: Book,
  { id, via }: ParentEntry,
  { nowMs, secret }: { nowMs: number; secret: string | undefined },
): Book {
  const spent = via === 'secret' && secret !== undefined ? [secret] : [];
  return {
    ...book,
    parents: book.parents.map((each) => (each.id === id ? { ...each, revokedAtMs: nowMs } : each)),
    spentSecrets: [...new Set([...book.spentSecrets, ...spent])],
  };
}

const ofAnother = new PairingError(
  'peer-answer-wrong',
  'The authority that the parent has sent is the one of another parent.',
  'Look at who the parents of the child are: "fairlead pair list" there.',
);
