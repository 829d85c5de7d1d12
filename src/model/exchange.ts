import type { Headers } from './headers.ts';
import type { Peer } from './peer.ts';
import type { ProxyError } from './proxy-error.ts';

/**
 * One request and its response, whatever the protocol on either side. Middlewares, balancers and the
 * forwarding code are written against this type alone.
 *
 * The request travels inwards by plain calls (`Handler.handle`), the response travels outwards through the
 * `ResponseLayer`s that the handlers have pushed. Nothing on the straight path costs a promise or a
 * closure; a handler that must wait just returns and calls `next.handle(exchange)` later.
 */
export interface Exchange {
  /** On an uplink entry point: whom the parent took the request from. */
  client: Client;
  readonly request: ExchangeRequest;
  /** Set from the moment a response head is known; undefined again after `discardResponse`. */
  readonly response: ExchangeResponse | undefined;
  /** Set once the client has gone or the exchange was aborted: stop working on it. */
  readonly aborted: boolean;
  /** For logs, metrics and `explain`; filled on the way. */
  readonly trail: Trail;

  /**
   * Adds a layer that sees the response before all layers pushed earlier. Returns its depth: how many
   * there were.
   */
  pushLayer(layer: ResponseLayer): number;
  /** Runs `listener` when the exchange has ended in whatever way (once). */
  onEnd(listener: EndListener): void;

  /** A response made here: `body` is sent whole. Passes all layers pushed so far, the last one first. */
  reply(status: number, headers: readonly (readonly [string, string])[], body?: string | Uint8Array): void;
  /** A response from elsewhere (a server, a sub-request). Passes all layers pushed so far. */
  respond(response: ExchangeResponse): void;
  /**
   * The exchange failed: becomes the response of `error` and passes all layers; aborts if the head is
   * out.
   */
  fail(error: ProxyError): void;
  /** Relays a 1xx answer to the client (layers may swallow it). */
  inform(status: number, headers: Headers): void;
  /**
   * Resumes a response that a layer had taken over (see `ResponseLayer.onResponse`), from the layer below
   * `layer` outwards.
   */
  resume(layer: ResponseLayer): void;
  /**
   * Drops the response that has not been sent and all layers but the outermost `depth`, so that `handle` or
   * `respond` may be called anew (retry, errors, failover). The connection to the server is kept when that is free.
   */
  discardResponse(depth: number): void;

  /** Starts a request without a client, for error pages, authentication and mirrors. */
  subrequest(init: SubrequestInit): Exchange;
}

export interface Client {
  /** Remote address after PROXY protocol, without port and zone; IPv4-mapped addresses are folded to IPv4. */
  readonly address: string;
  readonly port: number;
  /** Name of the entry point. */
  readonly entryPoint: string;
  readonly tls: ClientTls | undefined;
}

export interface ClientTls {
  /** SNI, lower-case; undefined when the client sent none. */
  readonly serverName: string | undefined;
  /** Name of the TLS options the connection was accepted with. */
  readonly options: string;
  readonly version: string;
  readonly cipher: string;
  /** Verified or not according to the options; undefined without one. DER. */
  readonly certificates: readonly Uint8Array[];
  /** The client's certificate was verified against the entry point's authorities. */
  readonly verified: boolean;
  /** PEM; those that the options named when it was judged. */
  readonly authorities: readonly string[];
  /** Who the client is by pairing; undefined for everybody else. */
  readonly peer: Peer | undefined;
}

export interface ExchangeRequest {
  readonly method: string;
  readonly version: '1.0' | '1.1' | '2';
  /**
   * Escaped path as it will be forwarded: cleaned, begins with `/` (or is `*`). Rewriting it does not
   * route anew.
   */
  path: string;
  /** Query with its `?`, or `''`. */
  query: string;
  /** The Host header (or `:authority`) as received; writing it changes what is forwarded. */
  host: string;
  readonly headers: Headers;
  /** `host` lower-case and without port, as rules compare it; computed when first asked for. */
  readonly canonicalHost: string;
  /**
   * `path` with all but reserved characters decoded, as `Path*` rules compare it; computed when first
   * asked for.
   */
  readonly routingPath: string;
  /** What the client offers to switch to (`websocket`), or undefined. */
  readonly upgrade: string | undefined;
  body: Body;
  /**
   * Fields that middlewares may see and servers may not: named by `Connection` and by the entry point's
   * options.
   */
  readonly hopFields: readonly string[];
  /** What a parent asks for, in its words. */
  readonly uplink: string | undefined;
  /** The `X-Forwarded-For` that came with it, where that is not among the headers. */
  readonly forwardedFor: string | undefined;
  /** How many proxies of this kind it has passed, as told by a parent. */
  hops: number;
  /**
   * Whether the client's address is appended to X-Forwarded-For when forwarding. True at first, false for
   * sub-requests.
   */
  appendForwardedFor: boolean;
  /** What inner handlers may have rewritten by the next time: all but the body. */
  checkpoint(): RequestCheckpoint;
  /** Makes the request what it was, so that it can be handled once more. */
  restore(checkpoint: RequestCheckpoint): void;
}

/** Opaque. */
export interface RequestCheckpoint {
  readonly path: string;
  readonly query: string;
  readonly host: string;
  readonly lines: string;
  readonly appendForwardedFor: boolean;
}

export interface ExchangeResponse {
  status: number;
  /**
   * Without what frames the message: `Content-Length` and the like are made from `body` when the head is
   * written. In answers to HEAD and in 304, which have no body, `Content-Length` stands here as it came.
   */
  readonly headers: Headers;
  body: Body;
  /** Why it failed, when the response was made by `Exchange.fail`. */
  readonly error: ProxyError | undefined;
  /** Set for 101: after the head both sides are joined byte by byte. */
  readonly tunnel: Tunnel | undefined;
}

/**
 * Bytes that arrive over time. Pushed by the source, held back by the sink.
 *
 * A chunk belongs to the sink until `write` returns, or, when that returned false, until the sink calls
 * `resume`: whoever keeps it longer copies it.
 */
export interface Body {
  /** Bytes to come if known beforehand; 0 means there is none; undefined means only the end will tell. */
  readonly length: number | undefined;
  /**
   * When `write` has returned false, its chunk stays as it is until `resume`; so it can be kept without a
   * copy.
   */
  readonly stable?: boolean;
  /** Bytes that sinks have got so far; absent where they get all there are. */
  readonly delivered?: number | undefined;
  /** Begins delivery into `sink`; once only. May deliver during the call. */
  start(sink: BodySink): void;
  /** Called by the sink, after `write` returned false: it can take more. */
  resume(): void;
  /** Nobody wants the rest. */
  cancel(): void;
  /**
   * Reads the whole into memory, so that it can be sent more than once; the result replaces the body.
   * Resolves to `too-large` (and leaves a body that still delivers everything) beyond `limitBytes`.
   */
  buffer(limitBytes: number): Promise<ReplayableBody | 'too-large'>;
}

/** A body in memory: `start` may be called any number of times. */
export interface ReplayableBody extends Body {
  readonly bytes: Uint8Array;
}

export interface BodySink {
  /** False: full; the sink will call `resume` on the body. */
  write(chunk: Uint8Array): boolean;
  /** As `write`, of what stands in `memory`; for sinks that need no view of it. */
  writePart?(memory: Buffer, from: number, end: number): boolean;
  end(trailers?: Headers): void;
  /** The source broke off. */
  abort(error: ProxyError): void;
}

/**
 * The way to the server after a protocol switch. The bytes from the server are the response's body, whatever
 * they mean; its end and the end of `bytes` close one direction each.
 */
export interface Tunnel {
  join(bytes: Body): void;
}

export interface Trail {
  /** Qualified names; undefined until known. */
  router: string | undefined;
  service: string | undefined;
  /** URL of the server tried last. */
  server: string | undefined;
  /** Who the client proved to be. */
  user: string | undefined;
  /** Measures the exchange, where somebody wants to know; hears of its end before all others. */
  meter: EndListener | undefined;
  /** One entry for each server tried, in order; made when asked for. */
  readonly attempts: readonly Attempt[];
  /** How many of them came after the first. */
  readonly retries: number;
  /** A server has been tried. */
  tried(server: string, outcome: number | ProxyError): void;
}

export interface Attempt {
  readonly server: string;
  readonly error: ProxyError | undefined;
  readonly status: number | undefined;
}

/**
 * Anything that answers an exchange or passes it on. Built once per configuration, used by many
 * exchanges.
 */
export interface Handler {
  handle(exchange: Exchange): void;
}

/** Sees a response on its way out. One object per use; a stateless middleware can be its own layer. */
export interface ResponseLayer {
  /**
   * The head is known and nothing of it has been sent: status, headers and body may be changed.
   * Return `'taken'` to hold it: the layer then calls `exchange.resume(this)` later, or discards it.
   */
  onResponse?(exchange: Exchange, response: ExchangeResponse): 'taken' | undefined;
  /** A 1xx answer; return `'swallow'` to keep it from the client. */
  onInformation?(exchange: Exchange, status: number, headers: Headers): 'swallow' | undefined;
}

export interface EndListener {
  onEnd(exchange: Exchange): void;
}

export interface SubrequestInit {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly host: string;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body?: Body;
  /** Gets the response; there is no client to send it to. */
  readonly layer: ResponseLayer;
  /** Goes on when the exchange that started it has ended. */
  readonly detached?: boolean;
}

/** Wraps the next handler: a middleware with its options applied. */
export type Middleware = (next: Handler) => Handler;
