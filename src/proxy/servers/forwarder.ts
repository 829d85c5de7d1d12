import type { Target, UnsentListener } from '../../balancing/target.ts';
import type { Exchange } from '../../model/exchange.ts';
import { HeaderBlock } from '../header-block.ts';
import type { Pool, Sender, SendFailure } from './roles.ts';
import type { ServerAddress } from './server-address.ts';

export interface ForwarderInit {
  readonly url: string;
  readonly address: ServerAddress;
  readonly pool: Pool;
  readonly passHostHeader: boolean;
  readonly preservePath: boolean;
  readonly uplink: string | undefined;
  readonly release: () => void;
}

const uplinkName = 'Fairlead-Uplink';
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
/** Methods for which a missing body is news, so that its length is sent even if it is 0. */
const bodied = new Set(['POST', 'PUT', 'PATCH']);

export function tellsEmptyBody(method: string): boolean {
  return bodied.has(method);
}

/** Sends exchanges to one server. */
export class Forwarder implements Target, Sender {
  readonly url: string;
  readonly #pool: Pool;
  readonly #authority: string | undefined;
  readonly #path: string;
  readonly #uplink: string | undefined;
  readonly #release: () => void;

  constructor(init: ForwarderInit) {
    this.url = init.url;
    this.#pool = init.pool;
    this.#authority = init.passHostHeader ? undefined : init.address.authority;
    this.#path = init.preservePath ? init.address.path : '';
    this.#uplink = init.uplink;
    this.#release = init.release;
  }

  handle(exchange: Exchange): void {
    this.#send(exchange, undefined);
  }

  /** As `handle`, but a failure before anything was sent is put to `listener`. */
  forward(exchange: Exchange, listener: UnsentListener): void {
    this.#send(exchange, listener);
  }

  /** Whoever acquired it needs it no more. */
  release(): void {
    this.#release();
  }

  head(exchange: Exchange): string {
    const { request } = exchange;
    const { length } = request.body;
    let text = `${request.method} ${this.target(exchange)} HTTP/1.1\r\nHost: ${this.authority(exchange)}\r\n`;
    text += this.fields(exchange);
    if (request.upgrade !== undefined) text += `Connection: Upgrade\r\nUpgrade: ${request.upgrade}\r\n`;
    if (length === undefined) text += 'Transfer-Encoding: chunked\r\n';
    else if (length > 0 || tellsEmptyBody(request.method)) text += `Content-Length: ${length}\r\n`;
    return `${text}\r\n`;
  }

  authority({ request }: Exchange): string {
    return this.#authority ?? request.host;
  }

  target({ request }: Exchange): string {
    return `${this.#path}${request.path || '/'}${request.query}`;
  }

  fields(exchange: Exchange): string {
    const { request, client } = exchange;
    const { headers } = request;
    const list = request.appendForwardedFor ? headers.get('X-Forwarded-For') : '';
    if (request.hopFields.length === 0 && !list && (this.#uplink === undefined || !headers.has(uplinkName))) {
      const address = list === undefined ? `X-Forwarded-For: ${client.address}\r\n` : '';
      return headers.lines + address + this.#uplinkLine(request.hops);
    }
    const fields = new HeaderBlock(headers.lines);
    if (list !== '')
      fields.set('X-Forwarded-For', list === undefined ? client.address : `${list}, ${client.address}`);
    for (const name of request.hopFields) fields.delete(name);
    if (this.#uplink !== undefined) fields.delete(uplinkName);
    return fields.lines + this.#uplinkLine(request.hops);
  }

  answered(exchange: Exchange, status: number): void {
    exchange.trail.tried(this.url, status);
  }

  failed(exchange: Exchange, { error, stale, listener }: SendFailure): void {
    const { request } = exchange;
    const repeatable = request.body.length === 0 && idempotent.has(request.method);
    if (stale && (error.nothingSent || repeatable)) {
      return this.#pool.sendAnew({ exchange, sender: this, listener });
    }
    exchange.trail.tried(this.url, error);
    if (listener === undefined || !error.nothingSent) exchange.fail(error);
    else listener.onUnsent(exchange, this, error);
  }

  /** What the child is asked for, and over how many nodes. */
  #uplinkLine(hops: number): string {
    return this.#uplink === undefined ? '' : `${uplinkName}: ${this.#uplink}; hops=${hops + 1}\r\n`;
  }

  #send(exchange: Exchange, listener: UnsentListener | undefined): void {
    exchange.trail.server = this.url;
    this.#pool.send({ exchange, sender: this, listener });
  }
}
