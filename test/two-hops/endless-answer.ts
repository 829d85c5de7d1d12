import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { LoopbackServer } from './loopback-server.ts';

/** A server that answers at once, and `/endless` for ever. */
export class EndlessServer extends LoopbackServer {
  constructor() {
    super((request, response) => {
      if (request.url !== '/endless') return void response.end('here');
      const beat = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(beat));
    });
  }
}

/** A client that reads the endless answer. */
export class EndlessAnswer implements Disposable {
  readonly #response: IncomingMessage;
  readonly ended: Promise<void>;
  isOpen = true;
  bytes = 0;

  static async read({ port, host }: { port: number; host: string }): Promise<EndlessAnswer> {
    const request = http.get({
      host: '127.0.0.1',
      port,
      path: '/endless',
      headers: { Host: host },
      agent: false,
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new EndlessAnswer(response);
  }

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.on('data', (chunk: Buffer) => (this.bytes += chunk.length));
    response.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      response.on('close', () => {
        this.isOpen = false;
        resolve();
      });
    });
  }

  [Symbol.dispose](): void {
    this.#response.destroy();
  }
}
