/** Handlers with their metrics, without sockets: a described request goes in, what is told of it comes out. */
import type { Client, Exchange, Handler } from '../../src/model/exchange.ts';
import { Ledger } from '../../src/observability/metrics/ledger.ts';
import { requestFamilies } from '../../src/observability/metrics/request-families.ts';
import {
  RequestMetrics,
  type RequestMetricsOptions,
} from '../../src/observability/metrics/request-metrics.ts';
import { textFormat } from '../../src/observability/metrics/text-format.ts';
import { Totals } from '../../src/observability/metrics/totals.ts';
import { bytesBody } from '../../src/proxy/bodies.ts';
import { HeaderBlock } from '../../src/proxy/header-block.ts';
import { HttpExchange, type ResponsePort } from '../../src/proxy/http-exchange.ts';
import { HttpRequest } from '../../src/proxy/http-request.ts';

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly upgrade?: string;
  readonly tls?: Client['tls'];
}

const everything: RequestMetricsOptions = {
  entryPoints: true,
  routers: true,
  services: true,
  internals: false,
  buckets: [0.1, 0.3],
  headerLabels: [],
  silentEntryPoints: [],
};

export class MeteredScene {
  readonly totals = new Totals();
  readonly metrics: RequestMetrics;
  readonly #hasHeaderLabels: boolean;
  nowMs = 0;

  constructor(options: Partial<RequestMetricsOptions> = {}) {
    const all = { ...everything, ...options };
    this.#hasHeaderLabels = all.headerLabels.length > 0;
    this.metrics = new RequestMetrics(all, new Ledger(this.totals.join()), () => this.nowMs);
  }

  /** A router and its service, at the entry point `web`. */
  route(answer: Handler, { router = 'r@file', service = 's@file', metrics = true } = {}): Handler {
    const counted = this.metrics.inService(service, answer);
    return this.at(this.metrics.inRouter({ router, service, metrics }, counted.handler).handler);
  }

  at(handler: Handler): Handler {
    return this.metrics.atEntryPoint('web', handler);
  }

  ask(handler: Handler, { method = 'GET', headers = {}, body = '', upgrade, tls }: Asked = {}): HttpExchange {
    const block = new HeaderBlock();
    for (const [name, value] of Object.entries(headers)) block.append(name, value);
    const request = new HttpRequest({
      method,
      version: '1.1',
      path: '/',
      query: '',
      host: 'shop.test',
      headers: block,
      upgrade,
      hopFields: undefined,
      appendForwardedFor: true,
    });
    request.body = bytesBody(Buffer.from(body));
    const exchange = new HttpExchange({ client: { ...client, tls }, request, port });
    handler.handle(exchange);
    return exchange;
  }

  /** The lines of `/metrics` about `name`, without it. */
  told(name: string): string[] {
    const families = requestFamilies(this.totals.read(), {
      buckets: ['0.1', '0.3'],
      hasHeaderLabels: this.#hasHeaderLabels,
    });
    const lines = textFormat(families).split('\n');
    return lines.filter((line) => line.startsWith(`${name}{`)).map((line) => line.slice(name.length));
  }
}

export const answering = (status: number, body = ''): Handler => ({
  handle: (exchange: Exchange) => exchange.reply(status, [], body),
});

const client: Client = {
  address: '192.0.2.7',
  port: 40_000,
  entryPoint: 'web',
  tls: undefined,
};

const port: ResponsePort = {
  send(exchange, { body }) {
    body.start({ write: () => true, end: () => exchange.finish(), abort: () => exchange.abort() });
  },
  inform() {},
  abort: (exchange) => exchange.abort(),
};
