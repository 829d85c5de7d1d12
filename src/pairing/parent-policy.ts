/** Whether a parent that knows the shared secret gets in. */
import type { Book, ParentEntry } from './ledger-schema.ts';
import type { PairingOptions } from './options.ts';
import { PairingError } from './pairing-error.ts';
import { peerName } from './peer-names.ts';

export interface Applicant {
  /** What it calls itself. */
  readonly name: string;
  readonly options: Pick<PairingOptions, 'maxParents' | 'rejoin'>;
  /** Of the key made from the secret. */
  readonly keyFingerprint: string;
}

/**
 * The parent whose place it takes, if there is one; throws when there is no place for it. Whoever has lost its data
 * directory comes as a stranger: it is known by its name, or by being the only one there can be.
 */
export function admitBySecret(
  book: Book,
  { name, options, keyFingerprint }: Applicant,
): ParentEntry | undefined {
  if (book.spentSecrets.includes(keyFingerprint)) throw spent;
  const { maxParents, rejoin } = options;
  const present = book.parents.filter(
    ({ via, revokedAtMs }) => via === 'secret' && revokedAtMs === undefined,
  );
  const former =
    present.find((parent) => parent.name === peerName(name)) ?? (maxParents === 1 ? present[0] : undefined);
  if (former && rejoin) return former;
  if (present.length < maxParents && !former) return undefined;
  throw former ? mayNotReturn(former.name) : noPlace(maxParents);
}

const spent = new PairingError(
  'rejoin-refused',
  'A parent that knows the shared secret was revoked on this child, so the secret lets nobody in any more.',
  'Give both sides a new secret (openssl rand -base64 32).',
);

const mayNotReturn = (name: string) =>
  new PairingError(
    'rejoin-refused',
    `This child is paired with the parent ${name} already, which had another key.`,
    `If that parent has lost its data directory: run "fairlead pair revoke ${name}" on the child and invite it anew, or set hub.pairing.rejoin there.`,
  );

const noPlace = (maxParents: number) =>
  new PairingError(
    'too-many-parents',
    `${maxParents} ${maxParents === 1 ? 'parent has' : 'parents have'} paired with this child by the secret already, and hub.pairing.maxParents allows no more.`,
    'Raise hub.pairing.maxParents on the child, or revoke a parent there.',
  );
