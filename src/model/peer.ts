import type { Admission } from './wire.ts';

/** Another node, known by the key it has proved to have. */
export interface Peer {
  /** A parent that is paired with this node, or whoever redeems an invitation of ours. */
  readonly kind: 'parent' | 'invited';
  /** Id of the parent's node, or of the invitation (`shared` for the secret that both sides were given). */
  readonly id: string;
  readonly name: string;
  /** Fingerprint of the key that whoever is invited has shown: the secret of an invitation may be replaced. */
  readonly key?: string;
}

/** What an uplink entry point shows to those who ask for one server name, and whom of them it admits. */
export interface UplinkIdentity {
  /** Exact, or `*.x` for one label; exact ones win. */
  readonly serverName: string;
  /** PEM; it need not carry the server name. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** PEM; clients are told of them, and the certificates of parents are verified by them. */
  readonly authorities: readonly string[];
  readonly admission: Admission;
}

/** What a peer may ask of the control plane: `POST /api/pairing/<question>`. */
export const peerQuestions: Readonly<Record<Peer['kind'], readonly string[]>> = {
  invited: ['greeting', 'acceptance'],
  parent: ['renewal-request', 'renewal', 'farewell'],
};
