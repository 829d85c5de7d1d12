import type { IncomingHttpHeaders } from 'node:http';
import { LoopbackServer } from './loopback-server.ts';

export interface Seen {
  readonly server: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server that answers what it saw of the request. */
export class EchoServer extends LoopbackServer {
  constructor(name: string) {
    super(({ method = '', url = '', headers }, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ server: name, method, url, headers } satisfies Seen));
    });
  }
}
