import type { Exchange, ExchangeRequest } from '../../model/exchange.ts';
import { messageFields } from '../message-fields.ts';
import type { Options } from './options.ts';

type Field = readonly [name: string, value: string];

const NOT_COPIED = new Set([...messageFields, 'trailers']);

/** What proxies tell of the client. */
const MANAGED = new Set([
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-method',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-forwarded-tls-client-cert',
  'x-forwarded-tls-client-cert-info',
  'x-forwarded-uri',
  'x-real-ip',
]);

/** The headers with which the authority is asked about a request. */
export class QuestionHeaders {
  readonly #trust: boolean | undefined;
  /** Lower-case; empty means all. */
  readonly #named: ReadonlySet<string>;

  constructor({ trustForwardHeader, authRequestHeaders }: Options) {
    this.#trust = trustForwardHeader;
    this.#named = new Set(authRequestHeaders.map((name) => name.toLowerCase()));
  }

  of(exchange: Exchange): Field[] {
    const { request } = exchange;
    const hop = new Set(request.hopFields.map((name) => name.toLowerCase()));
    const copied = [...request.headers].filter(([name]) => {
      const key = name.toLowerCase();
      return !NOT_COPIED.has(key) && !hop.has(key) && this.#isWanted(key);
    });
    const told = this.#told(exchange);
    const names = new Set(told.map(([name]) => name.toLowerCase()));
    return [...copied.filter(([name]) => !names.has(name.toLowerCase())), ...told];
  }

  #isWanted(name: string): boolean {
    if (this.#trust === false && MANAGED.has(name)) return false;
    if (this.#trust === true && MANAGED.has(name)) return true;
    return this.#named.size === 0 || this.#named.has(name);
  }

  /** Without an opinion the port is whatever the request says of it. */
  #told(exchange: Exchange): Field[] {
    const own = ownFields(exchange);
    if (this.#trust === undefined) return own.filter(([name]) => name !== 'X-Forwarded-Port');
    return this.#trust ? own.map((field) => trusted(exchange.request, field)) : own;
  }
}

function ownFields({ client, request }: Exchange): Field[] {
  const port = /:(\d+)$/.exec(request.host)?.[1] ?? (client.tls ? '443' : '80');
  return [
    ['X-Forwarded-For', client.address],
    ['X-Forwarded-Method', request.method],
    ['X-Forwarded-Proto', client.tls ? 'https' : 'http'],
    ['X-Forwarded-Port', port],
    ['X-Forwarded-Host', request.host],
    ['X-Forwarded-Uri', request.path + request.query],
  ];
}

/** What another proxy has said stands; the list of addresses grows. */
function trusted({ headers }: ExchangeRequest, [name, own]: Field): Field {
  const given = headers.get(name);
  if (!given) return [name, own];
  return [name, name === 'X-Forwarded-For' ? `${given}, ${own}` : given];
}
