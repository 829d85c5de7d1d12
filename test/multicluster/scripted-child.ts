/** A child that answers what the test tells it to, over real sockets. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https, { type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Script = (request: IncomingMessage, response: ServerResponse) => void;

export class ScriptedChild implements AsyncDisposable {
  readonly #server: http.Server;
  readonly #scheme: string;
  script: Script;
  readonly requests: IncomingMessage[] = [];

  constructor(script: Script, tls?: ServerOptions) {
    this.script = script;
    const answer: Script = (request, response) => {
      this.requests.push(request);
      this.script(request, response);
    };
    this.#server = tls ? https.createServer(tls, answer) : http.createServer(answer);
    this.#scheme = tls ? 'https' : 'http';
  }

  async listen(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** New connections; those that are there go on. */
  refuse(): void {
    this.#server.close();
  }

  setCredentials(tls: ServerOptions): void {
    (this.#server as https.Server).setSecureContext(tls);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers a list as a child does. */
export const listing =
  (uplinks: readonly object[], headers: Readonly<Record<string, string>> = {}): Script =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(uplinks));
  };

/** Begins a stream of events and leaves the rest to `tell`. */
export const streaming =
  (tell: (response: ServerResponse) => unknown, headers: Readonly<Record<string, string>> = {}): Script =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    response.flushHeaders();
    tell(response);
  };

/** One list of uplinks as an event. */
export const event = (names: readonly string[]): string =>
  `id: 1\ndata: ${JSON.stringify(names.map((name) => ({ name, weight: 1 })))}\n\n`;
