import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface NetworkPlan {
  /** To where on this machine. */
  readonly port: number;
  /** One way. */
  readonly delayMs: number;
}

/** The way between two nodes: it takes its time, and may go silent without a connection noticing. */
export class Network implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server;
  isSilent = false;
  /** That have been opened so far. */
  connections = 0;

  constructor({ port, delayMs }: NetworkPlan) {
    this.#server = createServer((near) => {
      this.connections++;
      const far = connect(port, '127.0.0.1');
      this.#carry({ from: near, to: far, delayMs });
      this.#carry({ from: far, to: near, delayMs });
    });
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get address(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #carry({ from, to, delayMs }: { from: Socket; to: Socket; delayMs: number }): void {
    this.#sockets.add(from);
    from.on('data', (chunk) => {
      if (!this.isSilent) setTimeout(() => to.write(chunk), delayMs);
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!this.isSilent) setTimeout(() => to.destroy(), delayMs);
    });
  }
}
