import type { Peer } from '../model/peer.ts';
import type { Admission } from '../model/wire.ts';
import { standingOf } from '../tls/judge-peer.ts';

export interface PeerConnection {
  drain(): void;
  destroy(): void;
}

/** The connections of peers: whoever is no longer welcome is cut off, whatever is under way. */
export class PeerConnections {
  readonly #accepted = new Map<PeerConnection, Peer>();

  add(connection: PeerConnection, peer: Peer): void {
    this.#accepted.set(connection, peer);
  }

  delete(connection: PeerConnection): void {
    this.#accepted.delete(connection);
  }

  /** By what has been committed last. */
  review(admissions: readonly Admission[]): void {
    for (const [connection, peer] of this.#accepted) {
      const standing = standingOf(peer, admissions);
      if (standing === 'ending') connection.drain();
      else if (standing === 'unwelcome') connection.destroy();
    }
  }
}
