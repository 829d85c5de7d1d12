import type { Body, ExchangeRequest, RequestCheckpoint } from '../model/exchange.ts';
import { canonicalHost } from '../rules/path/canonical-host.ts';
import { routingPath } from '../rules/path/routing-path.ts';
import { emptyBody } from './bodies.ts';
import type { HeaderBlock } from './header-block.ts';

export interface HttpRequestInit {
  readonly method: string;
  readonly version: ExchangeRequest['version'];
  readonly path: string;
  readonly query: string;
  readonly host: string;
  readonly headers: HeaderBlock;
  readonly upgrade?: string | undefined;
  readonly uplink?: string | undefined;
  readonly forwardedFor?: string | undefined;
  readonly hopFields?: readonly string[];
  readonly appendForwardedFor: boolean;
  readonly body?: Body;
}

const none: readonly string[] = [];

/** The request of an exchange, whatever brought it. */
export class HttpRequest implements ExchangeRequest {
  readonly method: string;
  readonly version: ExchangeRequest['version'];
  path: string;
  query: string;
  host: string;
  readonly headers: HeaderBlock;
  readonly upgrade: string | undefined;
  readonly uplink: string | undefined;
  readonly forwardedFor: string | undefined;
  readonly hopFields: readonly string[];
  body: Body;
  hops = 0;
  appendForwardedFor: boolean;
  /** What the two below were computed from. */
  #hostBefore: string | undefined;
  #pathBefore: string | undefined;
  #canonicalHost = '';
  #routingPath = '';

  constructor(init: HttpRequestInit) {
    this.method = init.method;
    this.version = init.version;
    this.path = init.path;
    this.query = init.query;
    this.host = init.host;
    this.headers = init.headers;
    this.upgrade = init.upgrade;
    this.uplink = init.uplink;
    this.forwardedFor = init.forwardedFor;
    this.hopFields = init.hopFields ?? none;
    this.body = init.body ?? emptyBody;
    this.appendForwardedFor = init.appendForwardedFor;
  }

  get canonicalHost(): string {
    if (this.#hostBefore !== this.host) {
      this.#hostBefore = this.host;
      this.#canonicalHost = canonicalHost(this.host);
    }
    return this.#canonicalHost;
  }

  get routingPath(): string {
    if (this.#pathBefore !== this.path) {
      this.#pathBefore = this.path;
      this.#routingPath = routingPath(this.path);
    }
    return this.#routingPath;
  }

  checkpoint(): RequestCheckpoint {
    const { path, query, host, headers, appendForwardedFor } = this;
    return { path, query, host, lines: headers.lines, appendForwardedFor };
  }

  restore({ path, query, host, lines, appendForwardedFor }: RequestCheckpoint): void {
    this.path = path;
    this.query = query;
    this.host = host;
    this.headers.restore(lines);
    this.appendForwardedFor = appendForwardedFor;
  }
}
