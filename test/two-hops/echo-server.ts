import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Seen {
  readonly server: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server that answers what it saw of the request. */
export class EchoServer implements AsyncDisposable {
  readonly #server;

  constructor(name: string) {
    this.#server = createServer(({ method = '', url = '', headers }, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ server: name, method, url, headers } satisfies Seen));
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
