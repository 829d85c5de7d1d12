/** Pairing as one thing: what this node is to its parents and to its children. In the main thread only. */
import { hostname } from 'node:os';
import type { Logger } from '../observability/logger.ts';
import type { Peer, UplinkIdentity } from '../model/peer.ts';
import type { Problem } from '../model/problem.ts';
import { type Clock, systemClock } from '../support/clock.ts';
import type { WatchedFiles } from '../tls/watched-files.ts';
import { ChildSide } from './child-side.ts';
import { CurrentSecret } from './current-secret.ts';
import type { InvitationWish } from './invitations.ts';
import { type ConfiguredChild, Joining, type JoinWish } from './joining.ts';
import { Ledger } from './ledger.ts';
import { isQuestion } from './messages.ts';
import type { PairingOptions } from './options.ts';
import { OwnAuthorities } from './own-authorities.ts';
import { type PairedChild, pairedChildren } from './paired-children.ts';
import { pairingProblems } from './pairing-problems.ts';
import { ParentSide } from './parent-side.ts';
import { isInvitation, peerName, peerUnknown } from './peer-names.ts';
import type { Wish } from './renewal-wishes.ts';
import { Renewing } from './renewing.ts';
import { Revoking } from './revoking.ts';
import type { PairingSurroundings } from './surroundings.ts';
import { Upkeep } from './upkeep.ts';
import {
  childView,
  type Invitation,
  type PairingView,
  type PeerView,
  type Renewal,
  viewOf,
} from './views.ts';

export interface PairingInit {
  /** The data directory; ours alone. */
  readonly directory: string;
  /** Stable id of this node. */
  readonly node: string;
  readonly options: PairingOptions;
  readonly files: Pick<WatchedFiles, 'contents' | 'onChange'>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** The children that stand in the configuration. */
  readonly configured?: readonly ConfiguredChild[];
  readonly clock?: Clock;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

interface Parts extends PairingSurroundings {
  readonly secret: CurrentSecret;
  readonly configured: readonly ConfiguredChild[];
  readonly clock: Clock;
  readonly random: () => number;
}

export class Pairing implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #stop: AbortController;
  readonly #authorities: OwnAuthorities;
  readonly #childSide: ChildSide;
  readonly #parentSide: ParentSide;
  readonly #joining: Joining;
  readonly #renewing: Renewing;
  readonly #revoking: Revoking;
  readonly #upkeep: Upkeep;
  readonly #listeners = new Set<() => void>();

  private constructor(parts: Parts, stop: AbortController) {
    this.#parts = parts;
    this.#stop = stop;
    const { ledger, now, options, configured, secret } = parts;
    const authorities = new OwnAuthorities({ ledger, now, lifetimeMs: options.certificateLifetime });
    this.#authorities = authorities;
    this.#childSide = new ChildSide(parts);
    const side = new ParentSide({ ...parts, authorities });
    this.#parentSide = side;
    this.#joining = new Joining({ ...parts, side });
    this.#revoking = new Revoking({ ...parts, side });
    this.#upkeep = new Upkeep({
      ...parts,
      authorities,
      side,
      joining: this.#joining,
      expected: secret.value ? configured.filter(({ bySecret }) => bySecret) : [],
      onChange: () => this.#changed(),
    });
    const { wishes } = this.#childSide;
    this.#renewing = new Renewing({ ledger, upkeep: this.#upkeep, wishes });
    ledger.onChange(() => this.#changed());
    secret.onChange(() => {
      this.#upkeep.retry();
      this.#changed();
    });
  }

  /** Throws when the secret is of no use, or the file of peers cannot be read. */
  static async open(init: PairingInit): Promise<Pairing> {
    const {
      directory,
      options,
      configured = [],
      clock = systemClock,
      now = Date.now,
      random = Math.random,
    } = init;
    const secret = await CurrentSecret.open({ ...init, now });
    const ledger = await Ledger.open({ directory, nowMs: now() });
    const name = peerName(options.name || hostname());
    const stop = new AbortController();
    const stopping = stop.signal;
    const pairing = new Pairing(
      { ...init, configured, clock, now, random, secret, ledger, name, stopping },
      stop,
    );
    await pairing.#authorities.renewOwn();
    pairing.#upkeep.start();
    return pairing;
  }

  /** Anything of what follows has changed; returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  invite(wish: InvitationWish): Promise<Invitation> {
    return this.#childSide.invitations.make(wish);
  }

  withdraw(invitation: string): Promise<void> {
    return this.#childSide.invitations.withdraw(invitation);
  }

  /** What uplink ports show, and whom they admit. */
  uplinkTls(): readonly UplinkIdentity[] {
    return this.#childSide.identities();
  }

  /** `question` is what follows `/api/pairing/`; throws a `PairingError` with a status. */
  async answerPeer(peer: Peer, question: string, body: unknown): Promise<unknown> {
    if (!isQuestion(question)) throw peerUnknown(question);
    return this.#childSide.answer(peer, question, body);
  }

  async join(wish: JoinWish): Promise<PeerView> {
    return childView(await this.#joining.byInvitation(wish));
  }

  /** Those that know this node as their parent. */
  children(): readonly PairedChild[] {
    const { ledger, configured } = this.#parts;
    return pairedChildren(ledger.book, { configured, authorities: this.#authorities });
  }

  /** Whether the child of this name is one that the secret pairs, or has paired. */
  expects(name: string): boolean {
    const { configured, secret } = this.#parts;
    return secret.value !== undefined && configured.some((each) => each.name === name && each.bySecret);
  }

  /** The child of this name could not be reached as it is known. */
  doubt(name: string): void {
    this.#upkeep.doubt(name);
  }

  /** The child of this name wants to be renewed. */
  renewSoon(name: string): void {
    this.#upkeep.renewSoon(name);
  }

  /** What this parent is to grant, and knows of from now on. */
  wishOf({ id }: Peer): Wish | undefined {
    return this.#childSide.wishes.tell(id);
  }

  /** With a parent or child, or with all of them: now, and not when it is due. */
  renew(name?: string): Promise<Renewal[]> {
    return this.#renewing.with(name);
  }

  async rollOver(): Promise<Renewal[]> {
    await this.#authorities.rollOver();
    return this.#renewing.withChildren();
  }

  list(): PairingView {
    const { ledger, node, name, now } = this.#parts;
    return { ...viewOf(ledger.book, { node, name, nowMs: now() }), problems: this.problems() };
  }

  problems(): Problem[] {
    const { ledger, now, secret, options } = this.#parts;
    return pairingProblems({
      book: ledger.book,
      nowMs: now(),
      failures: this.#upkeep.failures(),
      clockAheadMs: (child) => this.#parentSide.clockAheadMs(child),
      secret: { file: options.secretFile, failure: secret.failure },
    });
  }

  /** In each role it has. */
  async revoke(name: string): Promise<PeerView[]> {
    await this.#revoking.peer(name);
    const { peers, invitations } = this.list();
    const revoked = peers.filter((each) => each.name === name);
    if (revoked.length > 0) return revoked;
    throw invitations.some(({ id }) => id === name) ? isInvitation(name) : peerUnknown(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#parts.secret[Symbol.asyncDispose]();
    await this.#upkeep[Symbol.asyncDispose]();
    await this.#parts.ledger[Symbol.asyncDispose]();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
