import type { Exchange, Handler } from '../../model/exchange.ts';

/**
 * Before the control plane: it is told which peer asks, and by nobody but us. Whatever router leads there, the field
 * is ours or absent.
 */
export class TellPeer implements Handler {
  readonly #next: Handler;

  constructor(next: Handler) {
    this.#next = next;
  }

  handle(exchange: Exchange): void {
    const { client, request } = exchange;
    const peer = client.tls?.peer;
    request.headers.delete(PEER_HEADER);
    if (peer !== undefined)
      request.headers.set(PEER_HEADER, `${peer.kind} ${peer.id} ${encodeURIComponent(peer.name)}`);
    this.#next.handle(exchange);
  }
}

const PEER_HEADER = 'Fairlead-Peer';
