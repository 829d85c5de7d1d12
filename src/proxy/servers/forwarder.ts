import type { Target, UnsentListener } from '../../balancing/target.ts';
import type { Client, Exchange } from '../../model/exchange.ts';
import type { LineSink } from '../../model/headers.ts';
import { HeaderBlock } from '../header-block.ts';
import { LineText, RecurringLines } from '../recurring-lines.ts';
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
const FORWARDED_FOR = 'X-Forwarded-For';
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
  #asked: RecurringLines | undefined;
  #hops = 0;

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
    written.text = `${request.method} ${this.target(exchange)} HTTP/1.1\r\nHost: ${this.authority(exchange)}\r\n`;
    this.writeFields(exchange, written);
    let { text } = written;
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

  writeFields(exchange: Exchange, sink: LineSink): void {
    const { request, client } = exchange;
    const { headers } = request;
    const list = request.appendForwardedFor ? headers.get(FORWARDED_FOR) : '';
    const asks = this.#uplink !== undefined && headers.has(uplinkName);
    if (request.hopFields.length > 0 || list || asks) sink.lines(this.#changed(exchange, list));
    else {
      headers.writeTo(sink);
      if (list === undefined) sink.recurring(addressOf(client));
    }
    if (this.#uplink !== undefined) sink.recurring(this.#asking(this.#uplink, request.hops));
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

  /** Without the fields that mean this hop alone, and with the client in the list. */
  #changed({ request, client }: Exchange, list: string | undefined): string {
    const fields = new HeaderBlock(request.headers.lines);
    if (list !== '')
      fields.set(FORWARDED_FOR, list === undefined ? client.address : `${list}, ${client.address}`);
    for (const name of request.hopFields) fields.delete(name);
    if (this.#uplink !== undefined) fields.delete(uplinkName);
    return fields.lines;
  }

  /** What the child is asked for, and over how many nodes; nearly always the same. */
  #asking(uplink: string, hops: number): RecurringLines {
    if (this.#asked === undefined || this.#hops !== hops) {
      this.#asked = new RecurringLines(`${uplinkName}: ${uplink}; hops=${hops + 1}\r\n`);
      this.#hops = hops;
    }
    return this.#asked;
  }

  #send(exchange: Exchange, listener: UnsentListener | undefined): void {
    exchange.trail.server = this.url;
    this.#pool.send({ exchange, sender: this, listener });
  }
}

const written = new LineText();
const addresses = new WeakMap<Client, RecurringLines>();

/** How servers are told of a client. */
function addressOf(client: Client): RecurringLines {
  let lines = addresses.get(client);
  if (lines === undefined) {
    lines = new RecurringLines(`${FORWARDED_FOR}: ${client.address}\r\n`);
    addresses.set(client, lines);
  }
  return lines;
}
