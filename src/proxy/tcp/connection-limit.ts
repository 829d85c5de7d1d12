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
      const { client } = stream;
      const { socket } = stream.reading;
      if (!counts.enter(client.address, amount)) {
        socket.destroy();
        return;
      }
      socket.once('close', () => counts.leave(client.address));
      next.handle(stream);
    },
  });
}
