/** Middlewares without sockets: a described request goes in, what the server and the client get comes out. */
import { readFileSync } from 'node:fs';
import { SharedCounts, sharedCountWords } from '../../src/balancing/shared-counts.ts';
import { decodeTree } from '../../src/config/decode.ts';
import { documentOf } from '../../src/config/document.ts';
import type { MiddlewareContext } from '../../src/middlewares/middleware.ts';
import { loadFactory, type MiddlewareType, middlewares } from '../../src/middlewares/registry.ts';
import type {
  Body,
  Client,
  Exchange,
  ExchangeResponse,
  Handler,
  Middleware,
} from '../../src/model/exchange.ts';
import type { ProxyError } from '../../src/model/proxy-error.ts';
import { bytesBody, StreamedBody } from '../../src/proxy/bodies.ts';
import { HeaderBlock } from '../../src/proxy/header-block.ts';
import { HttpExchange, type ResponsePort } from '../../src/proxy/http-exchange.ts';
import { HttpRequest } from '../../src/proxy/http-request.ts';

export type Fields = Readonly<Record<string, string | readonly string[]>>;

export interface RequestInit {
  readonly method?: string;
  /** Path and query. */
  readonly target?: string;
  readonly host?: string;
  readonly headers?: Fields;
  readonly body?: string | Body;
  readonly upgrade?: string;
  readonly client?: Partial<Client>;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Fields;
  readonly body?: string | Body;
}

/** What stood in the request when the server got it. */
export interface Received {
  readonly line: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const localClient: Client = {
  address: '127.0.0.1',
  port: 50_000,
  entryPoint: 'web',
  tls: undefined,
};

/** The options as a user writes them, defaults filled in; an `Error` for what the schema refuses. */
export async function optionsOf(type: MiddlewareType, written: object): Promise<unknown> {
  const { options } = await middlewares[type].options();
  const { value, problems } = decodeTree(options, documentOf(written, { provider: 'file' }));
  if (value === undefined) throw new Error(problems.map(({ text }) => text).join(' '));
  return value;
}

export async function build(
  type: MiddlewareType,
  written: object,
  context: Partial<MiddlewareContext> = {},
): Promise<Middleware> {
  const create = await loadFactory(type);
  if (!create) throw new Error(`${type} has no behaviour`);
  return create(await optionsOf(type, written), { ...surroundings, ...context });
}

export const surroundings: MiddlewareContext = {
  name: 'tried@file',
  service: () => answering({ status: 404 }),
  outside: () => answering({ status: 404 }),
  file: (path) => readFileSync(path, 'utf8'),
  cell: memory,
  counts: () => new SharedCounts(memory(sharedCountWords), 0),
  now: () => 0,
  random: () => 0.5,
};

/** As workers share it. */
export function memory(words: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT));
}

/** A server that always says the same. */
export function answering(answer: Answer): Handler {
  return { handle: (exchange) => exchange.respond(responseOf(answer)) };
}

export function responseOf({ status = 200, headers = {}, body = '' }: Answer): ExchangeResponse {
  return {
    status,
    headers: blockOf(headers),
    body: typeof body === 'string' ? bytesBody(Buffer.from(body)) : body,
    error: undefined,
    tunnel: undefined,
  };
}

/** One request through one middleware to one server. */
export class Run {
  readonly received: Received[] = [];
  readonly exchange: HttpExchange;
  readonly #port = new KeptPort();

  constructor(request: RequestInit = {}) {
    const { target = '/', headers = {}, body = '', client = {}, ...rest } = request;
    const mark = target.indexOf('?');
    this.exchange = new HttpExchange({
      client: { ...localClient, ...client },
      port: this.#port,
      request: new HttpRequest({
        method: 'GET',
        host: 'app.test',
        ...rest,
        version: '1.1',
        path: mark === -1 ? target : target.slice(0, mark),
        query: mark === -1 ? '' : target.slice(mark),
        headers: blockOf(headers),
        body: typeof body === 'string' ? bytesBody(Buffer.from(body)) : body,
        appendForwardedFor: true,
      }),
    });
  }

  through(middleware: Middleware, server: Handler = answering({})): this {
    middleware({
      handle: (exchange) => {
        this.received.push(receivedOf(exchange));
        server.handle(exchange);
      },
    }).handle(this.exchange);
    return this;
  }

  /** Nothing while the exchange is under way. */
  get status(): number | undefined {
    return this.#port.response?.status;
  }

  get headers(): Readonly<Record<string, string>> {
    return fieldsOf(this.#port.response?.headers ?? []);
  }

  get response(): ExchangeResponse | undefined {
    return this.#port.response;
  }

  /** Statuses of the 1xx answers the client got. */
  get informed(): readonly number[] {
    return this.#port.informed;
  }

  /** Why a response broke off that was out in part. */
  get broken(): ProxyError | undefined {
    return this.#port.broken;
  }

  /** The whole body, once it has come. */
  async bytes(): Promise<Buffer> {
    const body = await (await this.#port.sent).body.buffer(Number.MAX_SAFE_INTEGER);
    if (body === 'too-large') throw new Error('no body is that large');
    this.exchange.finish();
    return Buffer.from(body.bytes);
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString();
  }

  /** Resolves when the client gets its response. */
  async answered(): Promise<this> {
    await this.#port.sent;
    return this;
  }
}

/** Keeps the response; its body is read by whoever wants it. */
class KeptPort implements ResponsePort {
  readonly informed: number[] = [];
  response: ExchangeResponse | undefined;
  broken: ProxyError | undefined;
  readonly #sent = Promise.withResolvers<ExchangeResponse>();

  get sent(): Promise<ExchangeResponse> {
    return this.#sent.promise;
  }

  send(_: HttpExchange, response: ExchangeResponse): void {
    this.response = response;
    this.#sent.resolve(response);
  }

  inform(_: HttpExchange, status: number): void {
    this.informed.push(status);
  }

  abort(exchange: HttpExchange, error: ProxyError): void {
    this.broken = error;
    exchange.abort();
  }
}

/** A body that comes when the test says so. */
export class ScriptedBody extends StreamedBody {
  readonly length = undefined;
  begun = false;
  cancelled = false;
  resumed = 0;

  write(text: string): boolean | undefined {
    return this.sink?.write(Buffer.from(text));
  }

  end(): void {
    this.sink?.end();
  }

  break(error: ProxyError): void {
    this.sink?.abort(error);
  }

  resume(): void {
    this.resumed += 1;
  }

  cancel(): void {
    this.cancelled = true;
  }

  protected begin(): void {
    this.begun = true;
  }
}

function receivedOf({ request }: Exchange): Received {
  const { method, path, query, host, headers } = request;
  return { line: `${method} ${path}${query}`, host, headers: fieldsOf(headers) };
}

function blockOf(fields: Fields): HeaderBlock {
  const block = new HeaderBlock();
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values].flat()) block.append(name, value);
  }
  return block;
}

/** Repeated fields with a bar between them. */
function fieldsOf(headers: Iterable<readonly [string, string]>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of headers) fields[name] = name in fields ? `${fields[name]} | ${value}` : value;
  return fields;
}
