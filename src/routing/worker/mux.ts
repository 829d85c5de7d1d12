import type { Exchange, Handler } from '../../model/exchange.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { RouteTable } from '../../rules/route-table.ts';
import { revealClient } from './client-behind-parent.ts';
import type { BuiltOf } from './elements.ts';
import { PLAIN_TEXT } from './router-handler.ts';

export type Route = BuiltOf<'router'>;

/**
 * Chooses the router of an exchange on one entry point, among those for TLS or those for plain
 * connections.
 */
export interface Mux extends Handler {
  add(name: string, route: Route): void;
  remove(name: string, route: Route): void;
}

export class EntryPointMux implements Mux {
  readonly #routes = new RouteTable<Handler>();

  add(name: string, { record, rule, handler }: Route): void {
    const { priority, precedence, router } = record;
    this.#routes.add(name, { rule, priority, precedence, name: router, value: handler });
  }

  remove(name: string): void {
    this.#routes.remove(name);
  }

  handle(exchange: Exchange): void {
    const route = this.#routes.match(exchange);
    if (route) route.handle(exchange);
    else notFound(exchange);
  }
}

const UPLINK_HEADER = 'Fairlead-Uplink';
const UPLINK = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:;\s*hops=(\d{1,4}))?$/;

/**
 * On an uplink entry point the parent names the uplink in a private header, which nobody behind it sees.
 * Requests without it are about the node itself: the list of its uplinks.
 */
export class UplinkMux implements Mux {
  readonly #own = new EntryPointMux();
  readonly #uplinks = new Map<string, EntryPointMux>();
  readonly #hopsMax: number;

  constructor(hopsMax: number) {
    this.#hopsMax = hopsMax;
  }

  add(name: string, route: Route): void {
    if (route.record.uplinks.length === 0) this.#own.add(name, route);
    for (const uplink of route.record.uplinks) this.#muxOf(uplink).add(name, route);
  }

  remove(name: string, route: Route): void {
    this.#own.remove(name);
    for (const uplink of route.record.uplinks) this.#uplinks.get(uplink)?.remove(name);
  }

  handle(exchange: Exchange): void {
    const { headers } = exchange.request;
    const value = headers.get(UPLINK_HEADER);
    if (value === undefined) return this.#own.handle(exchange);
    headers.delete(UPLINK_HEADER);
    const [, uplink = '', hops = '0'] = UPLINK.exec(value) ?? [];
    exchange.request.hops = Number(hops);
    if (exchange.request.hops > this.#hopsMax) return exchange.fail(tooManyHops(uplink, hops));
    revealClient(exchange);
    const mux = this.#uplinks.get(uplink);
    if (mux) mux.handle(exchange);
    else notFound(exchange);
  }

  #muxOf(uplink: string): EntryPointMux {
    let mux = this.#uplinks.get(uplink);
    if (!mux) this.#uplinks.set(uplink, (mux = new EntryPointMux()));
    return mux;
  }
}

function tooManyHops(uplink: string, hops: string): ProxyError {
  return new ProxyError(
    'too-many-hops',
    `uplink ${uplink} was reached over ${hops} nodes: they lead to each other`,
  );
}

function notFound(exchange: Exchange): void {
  exchange.reply(404, PLAIN_TEXT, '404 page not found\n');
}
