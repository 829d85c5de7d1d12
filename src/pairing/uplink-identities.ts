/** What the uplink ports of this node show, and whom they admit, by the server name that is asked for. */
import { createPrivateKey } from 'node:crypto';
import type { UplinkIdentity } from '../model/peer.ts';
import type { InvitationRecord } from '../model/wire.ts';
import { keyFingerprint } from './keys.ts';
import type { Book, InvitationEntry, ParentEntry } from './ledger-schema.ts';
import { anyInvited, anyPaired, invitedName, nodeLabel, pairedName, sharedId } from './server-names.ts';
import type { SharedSecret } from './shared-secret.ts';

export function uplinkIdentities(book: Book, secret: SharedSecret | undefined): UplinkIdentity[] {
  const certificate = { cert: book.node.certificate, key: book.node.key };
  const fingerprint = keyFingerprint(createPrivateKey(book.node.key));
  return [
    ...book.parents.flatMap((parent) => parentIdentities(parent, { key: book.node.key, fingerprint })),
    ...(secret ? [secretIdentity(book, secret)] : []),
    {
      serverName: anyInvited,
      certificate,
      authorities: [],
      admission: { kind: 'invited', invitations: book.invitations.map(invitationRecord) },
    },
    {
      serverName: anyPaired,
      certificate,
      authorities: [],
      admission: { kind: 'none', node: nodeLabel(fingerprint) },
    },
  ];
}

const parentIdentities = (
  { id, name, revokedAtMs, authorities }: ParentEntry,
  { key, fingerprint }: { key: string; fingerprint: string },
): UplinkIdentity[] =>
  authorities.map((authority) => ({
    serverName: pairedName(authority.id, fingerprint),
    certificate: { cert: authority.leaf, key },
    authorities: [authority.certificate],
    admission: { kind: 'parent', id, name, revoked: revokedAtMs !== undefined },
  }));

const secretIdentity = (book: Book, { child, parent }: SharedSecret): UplinkIdentity => ({
  serverName: invitedName(sharedId),
  certificate: { cert: child.cert, key: child.key },
  authorities: [],
  admission: {
    kind: 'invited',
    invitations: [
      {
        id: sharedId,
        keyFingerprint: parent.fingerprint,
        expiresAtMs: Number.MAX_SAFE_INTEGER,
        state: book.spentSecrets.includes(parent.fingerprint) ? 'withdrawn' : 'open',
      },
    ],
  },
});

const invitationRecord = ({
  id,
  keyFingerprint: key,
  expiresAtMs,
  state,
}: InvitationEntry): InvitationRecord => ({
  id,
  keyFingerprint: key,
  expiresAtMs,
  state,
});
