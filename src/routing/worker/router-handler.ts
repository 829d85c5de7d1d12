import type { Exchange, Handler } from '../../model/exchange.ts';
import type { RouterRecord } from '../../model/wire.ts';

/** Tells the server which router's default rule brought the request, so that a loop is seen. */
const RECURSION_HEADER = 'X-Traefik-Router';

/** What every request of a router passes before the router's own middlewares. */
export class RouterHandler implements Handler {
  readonly #record: RouterRecord;
  readonly #next: Handler;
  readonly #denied: RegExp | undefined;

  constructor(record: RouterRecord, next: Handler) {
    this.#record = record;
    this.#next = next;
    this.#denied =
      record.deniedEscapes.length === 0 ? undefined : new RegExp(record.deniedEscapes.join('|'), 'i');
  }

  handle(exchange: Exchange): void {
    const { router, recursionGuard, tlsOptions } = this.#record;
    exchange.trail.router = router;
    if (recursionGuard !== undefined && !passesGuard(exchange, recursionGuard)) return;
    if (this.#denied?.test(exchange.request.path)) return exchange.reply(400, []);
    if (tlsOptions !== undefined && exchange.client.tls?.options !== tlsOptions) return misdirected(exchange);
    this.#next.handle(exchange);
  }
}

function passesGuard(exchange: Exchange, guard: string): boolean {
  const { headers } = exchange.request;
  const looping = headers.get(RECURSION_HEADER) === guard;
  if (looping) exchange.reply(400, []);
  else headers.set(RECURSION_HEADER, guard);
  return !looping;
}

/** The connection was accepted by the rules of another name, such as a laxer client authentication. */
function misdirected(exchange: Exchange): void {
  exchange.reply(421, PLAIN_TEXT, 'Misdirected Request\n');
}

export const PLAIN_TEXT = [
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['X-Content-Type-Options', 'nosniff'],
] as const;
