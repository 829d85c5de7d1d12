/** Names of peers: what people type. A name denotes a node, which may be parent and child at once. */
import type { Book } from './ledger-schema.ts';
import { PairingError } from './pairing-error.ts';

/** Who has a name, or wants it. */
interface Named {
  readonly name: string;
  /** Stable id of the node. */
  readonly node: string;
}

/** What is asked for, as far as it can be a name: of letters, digits, `-` and `_`, since names of services carry it. */
export function peerName(wanted: string): string {
  const plain = wanted.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 63);
  return plain.replaceAll(/^[-_]+|[-_]+$/g, '') || 'node';
}

/**
 * The name of a parent that comes: its own, or with the first number that makes it free. A revoked peer keeps its name
 * until it is replaced.
 */
export function freeName({ children, parents, revokedChildren }: Book, wanted: Named): string {
  const others = [...children, ...revokedChildren].filter(({ node }) => node !== wanted.node);
  const taken = new Set([...others, ...parents].map(({ name }) => name));
  const name = peerName(wanted.name);
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Throws when the name that a child is to have denotes another node, which is a parent. */
export function demandOwnName({ parents }: Book, child: Named): void {
  const isOther = parents.some(({ name, node }) => name === child.name && node !== child.node);
  if (isOther) throw nameTaken(child.name);
}

export const peerUnknown = (name: string) =>
  new PairingError(
    'peer-unknown',
    `There is no peer ${name}.`,
    'List those there are with "fairlead pair list".',
  );

export const isInvitation = (id: string) =>
  new PairingError(
    'peer-unknown',
    `There is no peer ${id}; an invitation has this id.`,
    `Withdraw it with "fairlead pair revoke --invitation ${id}".`,
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
    `If it is this host, and has lost its data directory: run "fairlead pair revoke ${name}" first. Otherwise choose another name: "fairlead pair join --name …", or another key in hub.providers.multicluster.children.`,
  );
