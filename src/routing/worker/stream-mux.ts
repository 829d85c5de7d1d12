import type { Greeting, StreamHandler, StreamRoute, StreamRoutes } from '../../model/stream.ts';
import { RoutesByHost } from '../../rules/route-table.ts';
import type { BuiltOf } from './elements.ts';
import { HttpsHosts } from './https-hosts.ts';

interface Entry extends StreamRoute {
  /** Its rule is for every server name. */
  readonly catchAll: boolean;
}

/** Tells apart what shares the port of one entry point: TCP, TCP in TLS, and HTTPS. */
export class StreamMux implements StreamRoutes {
  /** Of the HTTP routers for TLS on the same entry point. */
  readonly https = new HttpsHosts();
  readonly #plain = new RoutesByHost<Entry, Greeting>();
  readonly #secure = new RoutesByHost<Entry, Greeting>();

  add(name: string, { record, rule, handler }: BuiltOf<'tcpRouter'>): void {
    const { priority, precedence, router, tls } = record;
    const value = { ...routeOf(handler, tls), catchAll: rule.catchAll };
    const table = tls === undefined ? this.#plain : this.#secure;
    table.add(name, { rule, priority, precedence, name: router, value });
  }

  remove(name: string): void {
    this.#plain.remove(name);
    this.#secure.remove(name);
  }

  get immediate(): boolean {
    return this.#plain.size > 0 && !this.secured && this.https.size === 0;
  }

  get secured(): boolean {
    return this.#secure.size > 0;
  }

  plain(greeting: Greeting): StreamRoute | undefined {
    return find(this.#plain, greeting);
  }

  /** Names go before catch-alls, and HTTPS before TCP. */
  secure(greeting: Greeting): StreamRoute | undefined {
    if (!this.secured || this.https.has(greeting.serverName)) return undefined;
    const route = find(this.#secure, greeting);
    return route?.catchAll && this.https.anyName ? undefined : route;
  }

  startTls(greeting: Greeting): StreamRoute | undefined {
    return find(this.#secure, greeting);
  }
}

function find(table: RoutesByHost<Entry, Greeting>, greeting: Greeting): Entry | undefined {
  return table.find(greeting, greeting.serverName ?? '');
}

function routeOf(handler: StreamHandler, tls: BuiltOf<'tcpRouter'>['record']['tls']): StreamRoute {
  return { handler, tlsOptions: tls === undefined || tls.passthrough ? undefined : tls.options };
}
