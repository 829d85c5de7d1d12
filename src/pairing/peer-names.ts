/** Names of peers: what people type, so no two peers of a node have one name. */
import type { Book } from './ledger-schema.ts';
import { PairingError } from './pairing-error.ts';

/** Names that are in use; a revoked peer keeps its own until it is replaced. */
export const namesIn = ({ children, parents, revokedChildren }: Book): Set<string> =>
  new Set([...children, ...parents, ...revokedChildren].map(({ name }) => name));

/** What is asked for, as far as it can be a name: of letters, digits, `-` and `_`, since names of services carry it. */
export function peerName(wanted: string): string {
  const plain = wanted.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 63);
  return plain.replaceAll(/^[-_]+|[-_]+$/g, '') || 'node';
}

/** The name itself, or with the first number that makes it free. */
export function freeName(book: Book, wanted: string): string {
  const taken = namesIn(book);
  const name = peerName(wanted);
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

export const peerUnknown = (name: string) =>
  new PairingError(
    'peer-unknown',
    `There is no peer ${name}.`,
    'List those there are with "fairlead pair list".',
  );

export const notPaired = (name: string) =>
  new PairingError(
    'not-paired',
    `The child ${name} does not know this node as its parent: it ended the connection.`,
    `The log of the child says why. If it has lost its data directory or revoked this parent: run "fairlead pair revoke ${name}" here, and pair again.`,
  );

export const anotherKey = (name: string, address: string) =>
  new PairingError(
    'fingerprint-wrong',
    `Whoever answers at ${address} does not have the key of the child ${name}; nothing was sent there.`,
    `Check that nothing in between ends TLS. If the child has lost its data directory: run "fairlead pair revoke ${name}" here, and pair again.`,
  );

export const nameTaken = (name: string) =>
  new PairingError(
    'name-taken',
    `Another peer of this node is called ${name} already.`,
    'Choose another name: "fairlead pair join --name …".',
  );
