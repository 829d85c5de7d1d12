import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { SocketReading } from '../proxy/socket-reading.ts';
import { portsCanBeShared } from './port-claim.ts';

/** Traefik's; finds peers that vanished without a word. */
const keepAliveSeconds = 180;

/** What `net` listens with, and what it has accepted. */
interface Handle {
  setNoDelay(on: boolean): void;
  setKeepAlive(on: boolean, seconds: number): void;
  onconnection(error: number, accepted: object | undefined): void;
}

/**
 * Accepts connections. They are taken as handles: Node makes a socket of each before anybody can say how it is to
 * be read, and a second one would cost as much as the request that most of them bring.
 */
export class Listener {
  readonly #server: Server = createServer();
  readonly #accept: (reading: SocketReading) => void;

  constructor(accept: (reading: SocketReading) => void) {
    this.#accept = accept;
  }

  async listen({ host, port }: { host: string | undefined; port: number }): Promise<void> {
    this.#server.listen({ host, port, reusePort: portsCanBeShared });
    await once(this.#server, 'listening');
    const handle = (this.#server as unknown as { readonly _handle: Handle })._handle;
    // What is accepted inherits them.
    handle.setNoDelay(true);
    handle.setKeepAlive(true, keepAliveSeconds);
    handle.onconnection = (_error, accepted) => {
      // Without one, the client had gone before it was its turn, or there were no descriptors left.
      if (accepted !== undefined) this.#accept(SocketReading.ofHandle(accepted));
    };
  }

  /** Connections that were accepted go on. */
  close(): void {
    this.#server.close();
  }
}
