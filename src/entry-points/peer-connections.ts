import type { ClientTls } from '../model/exchange.ts';
import type { Peer } from '../model/peer.ts';
import { standingOf } from '../tls/judge-peer.ts';
import type { TlsFront } from '../tls/tls-front.ts';

export interface PeerConnection {
  drain(): void;
  destroy(): void;
}

interface Accepted {
  readonly options: string;
  readonly peer: Peer;
}

/** The connections of peers: whoever is no longer welcome is cut off, whatever is under way. */
export class PeerConnections {
  readonly #accepted = new Map<PeerConnection, Accepted>();

  add(connection: PeerConnection, { options, peer }: ClientTls): void {
    if (peer !== undefined) this.#accepted.set(connection, { options, peer });
  }

  delete(connection: PeerConnection): void {
    this.#accepted.delete(connection);
  }

  /** By what has been committed last. */
  review(front: TlsFront): void {
    for (const [connection, { options, peer }] of this.#accepted) {
      const standing = standingOf(peer, front.admission(options));
      if (standing === 'ending') connection.drain();
      else if (standing === 'unwelcome') connection.destroy();
    }
  }
}
