import type { SharedCounts } from '../../balancing/shared-counts.ts';
import type { StreamLayer } from '../../model/stream.ts';

export interface ConnectionLimit {
  /** How many connections one client may have. */
  readonly amount: number;
  readonly counts: SharedCounts;
}

/** `inFlightConn`: closes what a client opens beyond its limit. */
export function connectionLimit({ amount, counts }: ConnectionLimit): StreamLayer {
  return (next) => ({
    handle(stream) {
      const { address } = stream.client;
      if (!counts.enter(address, amount)) return stream.turnAway('too-many-connections');
      stream.reading.socket.once('close', () => counts.leave(address));
      next.handle(stream);
    },
  });
}
