import { isDeepStrictEqual } from 'node:util';
import type { ClientTls } from '../model/exchange.ts';
import { staysVerified } from '../tls/client-authorities.ts';
import { type Standing, standingOf } from '../tls/judge-peer.ts';
import type { TlsFront } from '../tls/tls-front.ts';

export interface PeerConnection {
  drain(): void;
  destroy(): void;
}

/** Whatever the entry point allows: the answer that uses an invitation up is under way. */
const graceMinMs = 1_000;

interface Accepted {
  readonly tls: ClientTls;
  /** By which its certificate was found good last. */
  authorities: readonly string[];
}

/** The connections of those who were let in for who they are: whoever is no longer welcome is cut off. */
export class PeerConnections {
  readonly #accepted = new Map<PeerConnection, Accepted>();
  readonly #graceMs: number;

  /** Who is ending may finish within `graceMs`. */
  constructor({ graceMs }: { graceMs: number }) {
    this.#graceMs = Math.max(graceMs, graceMinMs);
  }

  add(connection: PeerConnection, tls: ClientTls): void {
    if (tls.peer === undefined && !tls.verified) return;
    this.#accepted.set(connection, { tls, authorities: tls.authorities });
  }

  delete(connection: PeerConnection): void {
    this.#accepted.delete(connection);
  }

  /** By what has been committed last. */
  review(front: Pick<TlsFront, 'admissions' | 'clientAuthorities'>): void {
    const { admissions } = front;
    for (const [connection, accepted] of [...this.#accepted]) {
      const { peer, options } = accepted.tls;
      const standing = peer
        ? standingOf(peer, admissions)
        : judge(accepted, front.clientAuthorities(options));
      if (standing === 'welcome') continue;
      this.#accepted.delete(connection);
      if (standing === 'unwelcome') connection.destroy();
      else this.#end(connection);
    }
  }

  #end(connection: PeerConnection): void {
    connection.drain();
    setTimeout(() => connection.destroy(), this.#graceMs).unref();
  }
}

/** Options that are not there are a mistake, which lets nobody in and turns nobody out. */
function judge(accepted: Accepted, now: readonly string[] | undefined): Standing {
  const before = accepted.authorities;
  if (now === undefined || isDeepStrictEqual(now, before)) return 'welcome';
  if (!staysVerified(accepted.tls.certificates[0]!, { before, now })) return 'ending';
  accepted.authorities = now;
  return 'welcome';
}
