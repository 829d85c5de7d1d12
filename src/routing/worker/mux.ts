import type { Exchange, Handler } from '../../model/exchange.ts';
import { RouteTable } from '../../rules/route-table.ts';
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

  get isEmpty(): boolean {
    return this.#routes.size === 0;
  }

  handle(exchange: Exchange): void {
    const route = this.#routes.match(exchange);
    if (route) route.handle(exchange);
    else notFound(exchange);
  }
}

export function notFound(exchange: Exchange): void {
  exchange.reply(404, PLAIN_TEXT, '404 page not found\n');
}
