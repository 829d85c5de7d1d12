/** How a child is won: by the invitation it has made, or by the secret that both sides were given. */
import { createPrivateKey } from 'node:crypto';
import { ChildConnection } from './child-connection.ts';
import { invitationId, type Invitation, readInvitation } from './invitation.ts';
import { deriveKey, keyFingerprint } from './keys.ts';
import type { ChildEntry } from './ledger-schema.ts';
import { PairingError } from './pairing-error.ts';
import type { ParentSide, Terms } from './parent-side.ts';
import { demandOwnName, nameTaken, peerName } from './peer-names.ts';
import { invitedName, sharedId } from './server-names.ts';
import { derivedIdentity } from './shared-secret.ts';
import type { PairingSurroundings } from './surroundings.ts';

export interface JoinWish {
  readonly invitation: string;
  readonly name?: string;
  /** Patterns of the uplink names it may advertise. Empty: all. */
  readonly allow?: readonly string[];
  readonly maxWeight?: number;
}

/** A child that stands in the configuration. */
export interface ConfiguredChild {
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
  /** It has no certificates of its own there: the secret pairs it. */
  readonly bySecret: boolean;
}

export interface JoiningInit extends PairingSurroundings {
  readonly side: ParentSide;
  readonly configured: readonly ConfiguredChild[];
}

export class Joining {
  readonly #init: JoiningInit;

  constructor(init: JoiningInit) {
    this.#init = init;
  }

  async byInvitation(wish: JoinWish): Promise<ChildEntry> {
    const { ledger, now, log } = this.#init;
    const invitation = readInvitation(wish.invitation, now());
    if (invitation.fingerprint === keyFingerprint(createPrivateKey(ledger.book.node.key)))
      throw ownInvitation;
    const terms = this.#terms(wish, invitation);
    const child = (await this.#known(invitation, terms)) ?? (await this.#redeem(invitation, terms));
    log.info(`Paired with the child ${child.name}.`, { child: child.name, node: child.node });
    return child;
  }

  /** Children are known by their names in the configuration. */
  async bySecret({ name, address }: ConfiguredChild): Promise<ChildEntry> {
    const { ledger, side, log, stopping } = this.#init;
    const secret = this.#init.secret.value;
    if (!secret) throw noSecret(name);
    if (ledger.book.revokedChildren.some((each) => each.name === name)) throw wasRevoked(name);
    await using connection = await ChildConnection.open({
      addresses: [address],
      serverName: invitedName(sharedId),
      identity: secret.parent,
      fingerprint: secret.child.fingerprint,
      onStranger: (place) => otherSecret(name, place),
      refusal: refusedSecret(name),
      signal: stopping,
    });
    const child = await side.enrol(connection, { name, addresses: [address], allow: [], via: 'secret' });
    log.info(`Paired with the child ${name} by the secret.`, { child: name, node: child.node });
    return child;
  }

  /** It may have taken us in already, or twice be asked to. */
  async #known({ fingerprint }: Invitation, terms: Terms): Promise<ChildEntry | undefined> {
    const { ledger, side } = this.#init;
    const known = ledger.book.children.find((each) => each.fingerprint === fingerprint);
    if (!known) return undefined;
    demandOwnName(ledger.book, { ...known, ...terms });
    return side.renew({ ...known, ...terms }).catch(() => undefined);
  }

  async #redeem({ seed, fingerprint, addresses }: Invitation, terms: Terms): Promise<ChildEntry> {
    await using connection = await ChildConnection.open({
      addresses,
      serverName: invitedName(invitationId(seed)),
      identity: derivedIdentity(deriveKey(seed, 'parent'), this.#init.now()),
      fingerprint,
      onStranger: inTheMiddle,
      refusal: refusedInvitation,
      signal: this.#init.stopping,
    });
    return await this.#init.side.enrol(connection, terms);
  }

  #terms({ name, allow = [], maxWeight }: JoinWish, invitation: Invitation): Terms {
    const { ledger, configured } = this.#init;
    const known = ledger.book.children.find(({ fingerprint }) => fingerprint === invitation.fingerprint);
    const wanted = name === undefined ? (known?.name ?? peerName(invitation.name)) : peerName(name);
    // Whether a parent of this name is another node is seen as soon as the child has said who it is.
    const others = ledger.book.children.filter((each) => each !== known);
    if ([...configured, ...others].some((each) => each.name === wanted)) throw nameTaken(wanted);
    return {
      name: wanted,
      addresses: [...invitation.addresses],
      allow: [...allow],
      maxWeight,
      via: 'invitation',
    };
  }
}

const ownInvitation = new PairingError(
  'child-is-self',
  'This node has made the invitation itself.',
  'Run "fairlead pair join" on the host that is to be the parent.',
);

const inTheMiddle = (address: string) =>
  new PairingError(
    'fingerprint-wrong',
    `Whoever answers at ${address} does not have the key that the invitation names; nothing was sent there.`,
    'Check that the address leads to an uplink entry point of the child, with nothing in between that ends TLS. ' +
      'If the child has lost its data directory since, or hub.pairing is not switched on there: make a new invitation.',
  );

const refusedInvitation = new PairingError(
  'invitation-refused',
  'The child ended the connection: there the invitation has been used, was withdrawn, has expired, or is not known any more.',
  'The log of the child says which. Make a new one with "fairlead pair invite" on the child.',
);

const refusedSecret = (name: string) =>
  new PairingError(
    'invitation-refused',
    `The child ${name} ended the connection: it lets nobody in by the secret any more.`,
    'Its log says why. If a parent that knows the secret was revoked there, give both sides a new one.',
  );

const otherSecret = (name: string, address: string) =>
  new PairingError(
    'fingerprint-wrong',
    `Whoever answers at ${address} does not know the secret of hub.pairing; nothing was sent there.`,
    `Check that the child ${name} has the same hub.pairing.secret, that the address is one of its hub.uplinkEntryPoints, and that nothing in between ends TLS.`,
  );

const noSecret = (name: string) =>
  new PairingError(
    'not-paired',
    `The child ${name} has no certificates in the configuration, and is not paired with.`,
    'Give both sides a secret in hub.pairing, or name serversTransport.certificates.',
  );

const wasRevoked = (name: string) =>
  new PairingError(
    'rejoin-refused',
    `The child ${name} was revoked here; the secret does not bring it back.`,
    'If it is to be a child again, give it another name in the configuration, or remove it there and join it by an invitation.',
  );
