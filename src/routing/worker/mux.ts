import type { Exchange, Handler } from '../../model/exchange.ts';
import { RouteTable, type Route as TableRoute } from '../../rules/route-table.ts';
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

/** Routers by the names of their records. */
export interface MuxChange {
  readonly gone: Set<string>;
  readonly come: Map<string, Route>;
}

export class EntryPointMux implements Mux {
  #routes = new RouteTable<Handler>();
  #next: RouteTable<Handler> | undefined;

  add(name: string, route: Route): void {
    this.#routes.add(name, tableRoute(route));
  }

  /** A table with the change, beside the one that is served. */
  *prepare({ gone, come }: MuxChange): Generator<void, void> {
    const next = new RouteTable<Handler>();
    for (const [name, route] of this.#routes.routes()) {
      if (!gone.has(name) && !come.has(name)) next.add(name, route);
      yield;
    }
    for (const [name, route] of come) {
      next.add(name, tableRoute(route));
      yield;
    }
    this.#next = next;
  }

  switch(): void {
    this.#routes = this.#next ?? this.#routes;
    this.#next = undefined;
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

function tableRoute({ record, rule, handler }: Route): TableRoute<Handler> {
  const { priority, precedence, router } = record;
  return { rule, priority, precedence, name: router, value: handler };
}

export function notFound(exchange: Exchange): void {
  exchange.reply(404, PLAIN_TEXT, '404 page not found\n');
}
