/** What people and programs are shown of pairing: times in RFC 3339, nothing secret. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Problem } from '../model/problem.ts';
import { expiryOf } from './certificates.ts';
import { keyFingerprint } from './keys.ts';
import type { Book, ChildEntry, InvitationEntry, ParentEntry } from './ledger-schema.ts';

export interface PairingView {
  readonly node: { readonly name: string; readonly id: string; readonly fingerprint: string };
  readonly peers: readonly PeerView[];
  /** Those that are still open. */
  readonly invitations: readonly InvitationView[];
  /** What is wrong between this node and its peers, as far as it knows. */
  readonly problems: readonly Problem[];
}

export interface PeerView {
  /** What this node calls it. */
  readonly name: string;
  readonly role: 'parent' | 'child';
  readonly state: 'joining' | 'paired' | 'revoked';
  /** Stable id of the node. */
  readonly node: string;
  /** `host:port`, of children; the first one is in use. */
  readonly addresses: readonly string[];
  /** SHA-256 of the key: of a child's own, of a parent's authority; hexadecimal. */
  readonly fingerprint: string;
  readonly pairedAt: string;
  /** Of the child's certificate; undefined while there is none. */
  readonly certificateUntil: string | undefined;
}

export interface InvitationView {
  readonly id: string;
  readonly name: string | undefined;
  readonly expiresAt: string;
}

/** Shown once, to whoever asked for it. */
export interface Invitation extends InvitationView {
  /** The line that a parent redeems. Secret until then. */
  readonly invitation: string;
}

/** What became of a certificate: of a child, or of this node itself with a parent. */
export interface Renewal {
  readonly name: string;
  /** What the peer is. */
  readonly role: PeerView['role'];
  readonly certificateUntil: string | undefined;
  /** Why it is still the old one, and what to do. */
  readonly error: string | undefined;
  readonly remedy: string | undefined;
}

export function viewOf(
  book: Book,
  { node, name, nowMs }: { node: string; name: string; nowMs: number },
): Omit<PairingView, 'problems'> {
  const isOpen = ({ state, expiresAtMs }: InvitationEntry) => state === 'open' && expiresAtMs > nowMs;
  return {
    node: { name, id: node, fingerprint: keyFingerprint(createPrivateKey(book.node.key)) },
    peers: [
      ...book.children.map(childView),
      ...book.revokedChildren.map(revokedChildView),
      ...book.parents.map(parentView),
    ],
    invitations: book.invitations
      .filter(isOpen)
      .map((each) => ({ id: each.id, name: each.name, expiresAt: time(each.expiresAtMs) })),
  };
}

export const childView = (child: ChildEntry): PeerView => ({
  ...peerOf(child),
  state: child.state,
  certificateUntil: time(child.certificateUntilMs),
});

type RevokedChild = Book['revokedChildren'][number];

const revokedChildView = (child: RevokedChild): PeerView => ({
  ...peerOf(child),
  state: 'revoked',
  certificateUntil: undefined,
});

const peerOf = ({ name, node, addresses, fingerprint, pairedAtMs }: Omit<RevokedChild, 'revokedAtMs'>) =>
  ({ name, role: 'child', node, addresses, fingerprint, pairedAt: time(pairedAtMs) }) as const;

export function parentView({ name, node, pairedAtMs, revokedAtMs, authorities }: ParentEntry): PeerView {
  const { certificate, leaf } = authorities.at(-1)!;
  const isRevoked = revokedAtMs !== undefined;
  return {
    name,
    role: 'parent',
    state: isRevoked ? 'revoked' : 'paired',
    node,
    addresses: [],
    fingerprint: keyFingerprint(new X509Certificate(certificate).publicKey),
    pairedAt: time(pairedAtMs),
    certificateUntil: isRevoked ? undefined : time(expiryOf(leaf)),
  };
}

const time = (ms: number): string => new Date(ms).toISOString();
