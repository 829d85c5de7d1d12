import type { Exchange, ExchangeResponse, Handler, ResponseLayer } from '../../model/exchange.ts';
import { queryEscaped } from '../../support/query-escape.ts';
import { messageFields } from '../message-fields.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { StatusRanges } from '../status-ranges.ts';
import type { Options } from './options.ts';

interface ErrorPages {
  readonly pages: Handler;
  readonly status: StatusRanges;
  readonly rewrites: readonly (readonly [StatusRanges, number])[];
  readonly query: string;
  /** Lower-case names; empty means all. */
  readonly requestHeaders: ReadonlySet<string>;
}

/** Replaces responses of certain statuses by pages of another service, under the original status. */
export const create: CreateMiddleware<Options> = (options, context) => {
  const rewrites = Object.entries(options.statusRewrites).map(
    ([range, status]) => [new StatusRanges([range]), status] as const,
  );
  const errorPages: ErrorPages = {
    pages: context.service(options.service),
    status: new StatusRanges(options.status),
    rewrites,
    query: options.query.startsWith('/') ? options.query : `/${options.query}`,
    requestHeaders: new Set(options.errorRequestHeaders.map((name) => name.toLowerCase())),
  };
  return (next) => ({
    handle(exchange) {
      if (exchange.request.upgrade === undefined) new ErrorPage(exchange, errorPages).watch();
      next.handle(exchange);
    },
  });
};

/** Watches one exchange; asks for the page when its status is one of those, and answers with it. */
class ErrorPage implements ResponseLayer {
  readonly #exchange: Exchange;
  readonly #options: ErrorPages;
  readonly #url: string;
  #depth = 0;

  constructor(exchange: Exchange, options: ErrorPages) {
    this.#exchange = exchange;
    this.#options = options;
    const { host, path, query } = exchange.request;
    this.#url = `${exchange.client.tls ? 'https' : 'http'}://${host}${path}${query}`;
  }

  watch(): void {
    this.#depth = this.#exchange.pushLayer(this);
  }

  onResponse(_: Exchange, response: ExchangeResponse): 'taken' | undefined {
    const original = response.status;
    if (!this.#options.status.has(original)) return undefined;
    const status = this.#options.rewrites.find(([range]) => range.has(original))?.[1] ?? original;
    this.#exchange.discardResponse(this.#depth);
    this.#options.pages.handle(this.#pageRequest(status, original));
    return 'taken';
  }

  #pageRequest(status: number, original: number): Exchange {
    const { request } = this.#exchange;
    const target = this.#options.query
      .replaceAll('{status}', String(status))
      .replaceAll('{originalStatus}', String(original))
      .replaceAll('{url}', queryEscaped(this.#url));
    const mark = target.indexOf('?');
    return this.#exchange.subrequest({
      method: 'GET',
      path: mark === -1 ? target : target.slice(0, mark),
      query: mark === -1 ? '' : target.slice(mark),
      host: request.host,
      headers: [...request.headers].filter(([name]) => this.#copied(name.toLowerCase())),
      layer: { onResponse: (_, page) => this.#answer(page, status) },
    });
  }

  #copied(name: string): boolean {
    const { requestHeaders } = this.#options;
    return !messageFields.has(name) && (requestHeaders.size === 0 || requestHeaders.has(name));
  }

  /** Whatever status the page itself came with, the client gets that of the failure. */
  #answer(page: ExchangeResponse, status: number): 'taken' {
    page.status = status;
    this.#exchange.respond(page);
    return 'taken';
  }
}
