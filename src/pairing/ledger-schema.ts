/** Everything a node knows of its peers, as it stands in the file. */
import { z } from 'zod';

const time = z.number();
const pem = z.string().startsWith('-----BEGIN ');

const authority = z.object({
  id: z.string(),
  key: pem,
  certificate: pem,
  /** With which this node shows itself to children that know the authority. */
  own: z.object({ certificate: pem, renewAtMs: time }),
});

const child = z.object({
  name: z.string(),
  node: z.string(),
  /** Of its key, by which it is known for good. */
  fingerprint: z.string(),
  /** `host:port`; the one that answered last stands first. */
  addresses: z.array(z.string()).min(1),
  allow: z.array(z.string()),
  maxWeight: z.number().optional(),
  via: z.enum(['invitation', 'secret']),
  /** `joining`: whether it has taken us in is not known yet. */
  state: z.enum(['joining', 'paired']),
  /** Whose certificate it has. */
  authority: z.string(),
  pairedAtMs: time,
  renewAtMs: time,
  certificateUntilMs: time,
});

const revokedChild = child
  .pick({ name: true, node: true, fingerprint: true, addresses: true, pairedAtMs: true })
  .extend({ revokedAtMs: time });

const parent = z.object({
  /** That of the first authority it came with. */
  id: z.string(),
  name: z.string(),
  node: z.string(),
  via: z.enum(['invitation', 'secret']),
  pairedAtMs: time,
  revokedAtMs: time.optional(),
  /** The newest last. */
  authorities: z.array(z.object({ id: z.string(), certificate: pem, leaf: pem })).min(1),
});

const invitation = z.object({
  id: z.string(),
  name: z.string(),
  keyFingerprint: z.string(),
  expiresAtMs: time,
  state: z.enum(['open', 'used', 'withdrawn']),
});

export const ledgerSchema = z.object({
  version: z.literal(1),
  /** The key of this node, and its certificate signed by itself. */
  node: z.object({ key: pem, certificate: pem }),
  /** As a parent; the newest last. */
  authorities: z.array(authority),
  children: z.array(child),
  revokedChildren: z.array(revokedChild),
  /** As a child. */
  parents: z.array(parent),
  invitations: z.array(invitation),
  /** Fingerprints of shared secrets that a revoked parent knows. */
  spentSecrets: z.array(z.string()),
});

export type Book = z.output<typeof ledgerSchema>;
export type AuthorityEntry = Book['authorities'][number];
export type ChildEntry = Book['children'][number];
export type ParentEntry = Book['parents'][number];
export type InvitationEntry = Book['invitations'][number];
