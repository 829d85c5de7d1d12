import type {
  Body,
  Client,
  EndListener,
  Exchange,
  ExchangeResponse,
  ResponseLayer,
  SubrequestInit,
  Trail,
  Tunnel,
} from '../model/exchange.ts';
import type { Headers } from '../model/headers.ts';
import { ProxyError } from '../model/proxy-error.ts';
import { statusText } from '../support/status-text.ts';
import { bytesBody, discardSink } from './bodies.ts';
import { HeaderBlock } from './header-block.ts';
import { HttpRequest } from './http-request.ts';
import { RequestTrail } from './request-trail.ts';

/** The side of the client: writes what the exchange has to say, in whatever protocol. */
export interface ResponsePort {
  /** Takes the response over; reports the end by `exchange.finish()`. */
  send(exchange: HttpExchange, response: ExchangeResponse): void;
  inform(exchange: HttpExchange, status: number, headers: Headers): void;
  /** The response is out in part and cannot be completed. */
  abort(exchange: HttpExchange, error: ProxyError): void;
}

export interface HttpExchangeInit {
  readonly client: Client;
  readonly request: HttpRequest;
  readonly port: ResponsePort;
}

/** The exchange of every protocol; what differs between them is in the port. */
export class HttpExchange implements Exchange {
  client: Client;
  readonly request: HttpRequest;
  response: ExchangeResponse | undefined;
  aborted = false;
  readonly trail: Trail = new RequestTrail();
  readonly #port: ResponsePort;
  #layers: ResponseLayer[] | undefined;
  /** Most exchanges have one listener, the connection to the server. */
  #listener: EndListener | undefined;
  #listeners: EndListener[] | undefined;
  #sent = false;
  #ended = false;

  constructor(init: HttpExchangeInit) {
    this.client = init.client;
    this.request = init.request;
    this.#port = init.port;
  }

  pushLayer(layer: ResponseLayer): number {
    this.#layers ??= [];
    return this.#layers.push(layer) - 1;
  }

  onEnd(listener: EndListener): void {
    if (this.#ended) listener.onEnd(this);
    else if (this.#listener === undefined) this.#listener = listener;
    else (this.#listeners ??= []).push(listener);
  }

  reply(
    status: number,
    headers: readonly (readonly [string, string])[],
    body: string | Uint8Array = '',
  ): void {
    const block = new HeaderBlock();
    for (const [name, value] of headers) block.append(name, value);
    this.respond(new MadeResponse({ status, headers: block, body: asBody(body) }));
  }

  respond(response: ExchangeResponse): void {
    if (this.#ended || this.#sent) return response.body.cancel();
    this.response = response;
    this.#pass(response, (this.#layers?.length ?? 0) - 1);
  }

  fail(error: ProxyError): void {
    if (this.#ended) return;
    if (this.#sent) return this.#port.abort(this, error);
    this.respond(failure(error));
  }

  inform(status: number, headers: Headers): void {
    if (this.#sent || this.#ended) return;
    const layers = this.#layers ?? [];
    for (let depth = layers.length - 1; depth >= 0; depth--) {
      if (layers[depth]!.onInformation?.(this, status, headers) === 'swallow') return;
    }
    this.#port.inform(this, status, headers);
  }

  resume(layer: ResponseLayer): void {
    const depth = this.#layers?.lastIndexOf(layer) ?? -1;
    if (this.#ended || this.#sent || this.response === undefined) return;
    this.#pass(this.response, depth - 1);
  }

  discardResponse(depth: number): void {
    this.response?.body.cancel();
    this.response = undefined;
    if (this.#layers !== undefined && this.#layers.length > depth) this.#layers.length = depth;
  }

  subrequest(init: SubrequestInit): Exchange {
    const headers = new HeaderBlock();
    for (const [name, value] of init.headers) headers.append(name, value);
    const request = new HttpRequest({ ...init, headers, version: '1.1', appendForwardedFor: false });
    const exchange = new HttpExchange({ client: this.client, request, port: subrequestPort });
    exchange.pushLayer(init.layer);
    if (init.detached !== true) this.onEnd({ onEnd: () => exchange.abort() });
    return exchange;
  }

  /** For the port: the response is written, or its last byte will never be. */
  finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.trail.meter?.onEnd(this);
    this.#listener?.onEnd(this);
    if (this.#listeners !== undefined) for (const listener of this.#listeners) listener.onEnd(this);
  }

  /** For the port: the client has gone. */
  abort(): void {
    if (this.#ended) return;
    this.aborted = true;
    this.finish();
  }

  #pass(response: ExchangeResponse, from: number): void {
    const layers = this.#layers;
    try {
      if (layers !== undefined) {
        for (let depth = from; depth >= 0; depth--) {
          if (layers[depth]!.onResponse?.(this, response) === 'taken') return;
        }
      }
    } catch (cause) {
      return this.#replace(response, cause);
    }
    this.#send(response);
  }

  /** A fault in a layer costs this response and nothing else; the other layers do not see what comes instead. */
  #replace(response: ExchangeResponse, cause: unknown): void {
    response.body.cancel();
    if (this.#ended || this.#sent) return;
    this.response = failure(new ProxyError('internal', 'A response could not be changed.', { cause }));
    this.#send(this.response);
  }

  #send(response: ExchangeResponse): void {
    this.#sent = true;
    this.#port.send(this, response);
  }
}

interface MadeResponseInit {
  readonly status: number;
  readonly headers: HeaderBlock;
  readonly body: Body;
  readonly error?: ProxyError;
}

/** A response that no server sent. */
class MadeResponse implements ExchangeResponse {
  status: number;
  readonly headers: HeaderBlock;
  body: Body;
  readonly error: ProxyError | undefined;
  readonly tunnel: Tunnel | undefined = undefined;

  constructor(init: MadeResponseInit) {
    this.status = init.status;
    this.headers = init.headers;
    this.body = init.body;
    this.error = init.error;
  }
}

/** What the client is told of a failure; where there is no server at all, in Traefik's words. */
function failure(error: ProxyError): ExchangeResponse {
  const headers = new HeaderBlock();
  const noServer = error.code === 'no-available-server';
  if (noServer) {
    headers.append('Content-Type', 'text/plain; charset=utf-8');
    headers.append('X-Content-Type-Options', 'nosniff');
  }
  const body = asBody(noServer ? 'no available server\n' : statusText(error.status));
  return new MadeResponse({ status: error.status, headers, body, error });
}

function asBody(content: string | Uint8Array): Body {
  return bytesBody(typeof content === 'string' ? Buffer.from(content) : content);
}

/** The layer of a sub-request takes its response; if it does not, nobody wants it. */
const subrequestPort: ResponsePort = {
  send(exchange, response) {
    response.body.start(discardSink);
    exchange.finish();
  },
  inform() {},
  abort(exchange) {
    exchange.abort();
  },
};
