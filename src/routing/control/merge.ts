import type { ProblemSource } from '../../model/problem.ts';
import type { DynamicConfiguration } from '../schema/dynamic-configuration.ts';
import type { RoutingSnapshot } from '../snapshot.ts';

/** One named thing of one provider. The same object as long as nothing about it changes. */
export interface Element<T> {
  /** Qualified. */
  readonly name: string;
  readonly provider: string;
  readonly value: T;
}

/** By qualified name. */
export type Elements<T> = ReadonlyMap<string, Element<T>>;

type Http = DynamicConfiguration['http'];
type Tcp = DynamicConfiguration['tcp'];
type Udp = DynamicConfiguration['udp'];
type Tls = DynamicConfiguration['tls'];

interface Sections {
  readonly routers: Http['routers'];
  readonly services: Http['services'];
  readonly middlewares: Http['middlewares'];
  readonly serversTransports: Http['serversTransports'];
  readonly uplinks: Http['uplinks'];
  readonly tcpRouters: Tcp['routers'];
  readonly tcpServices: Tcp['services'];
  readonly tcpMiddlewares: Tcp['middlewares'];
  readonly tcpServersTransports: Tcp['serversTransports'];
  readonly udpRouters: Udp['routers'];
  readonly udpServices: Udp['services'];
  readonly tlsOptions: Tls['options'];
  readonly tlsStores: Tls['stores'];
}

/** What all providers say, put side by side. */
export type Merged = { readonly [Kind in keyof Sections]: Elements<Sections[Kind][string]> } & {
  readonly snapshots: readonly RoutingSnapshot[];
};

const sectionsOf = ({ http, tcp, udp, tls }: DynamicConfiguration): Sections => ({
  ...http,
  tcpRouters: tcp.routers,
  tcpServices: tcp.services,
  tcpMiddlewares: tcp.middlewares,
  tcpServersTransports: tcp.serversTransports,
  udpRouters: udp.routers,
  udpServices: udp.services,
  tlsOptions: tls.options,
  tlsStores: tls.stores,
});

const kinds = Object.keys({
  routers: 0,
  services: 0,
  middlewares: 0,
  serversTransports: 0,
  uplinks: 0,
  tcpRouters: 0,
  tcpServices: 0,
  tcpMiddlewares: 0,
  tcpServersTransports: 0,
  udpRouters: 0,
  udpServices: 0,
  tlsOptions: 0,
  tlsStores: 0,
} satisfies Record<keyof Sections, 0>) as (keyof Sections)[];

/** Puts snapshots together and remembers what it made, so that what has not changed stays the same object. */
export class Merger {
  #last = new Map<string, ReadonlyMap<string, Element<unknown>>>();

  merge(snapshots: readonly RoutingSnapshot[]): Merged {
    const next = new Map(kinds.map((kind) => [kind as string, new Map<string, Element<unknown>>()]));
    for (const { provider, configuration } of snapshots) {
      const sections = sectionsOf(configuration);
      for (const kind of kinds) this.#add(next.get(kind)!, { kind, provider, values: sections[kind] });
    }
    this.#last = next;
    return { ...Object.fromEntries(next), snapshots } as unknown as Merged;
  }

  #add(into: Map<string, Element<unknown>>, section: Section): void {
    const { kind, provider, values } = section;
    const last = this.#last.get(kind);
    for (const [own, value] of Object.entries(values)) {
      const name = `${own}@${provider}`;
      const known = last?.get(name);
      into.set(name, known && known.value === value ? known : { name, provider, value });
    }
  }
}

interface Section {
  readonly kind: string;
  readonly provider: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Where an element was written; `word` and name as in problems: `router web@docker`. */
export function sourceOf({ snapshots }: Pick<Merged, 'snapshots'>, element: string): ProblemSource {
  for (const { origins } of snapshots) {
    const origin = origins.get(element);
    if (origin) return { ...origin, element };
  }
  return { provider: element.slice(element.lastIndexOf('@') + 1), element };
}
