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

export type ElementKind = keyof Sections;

/** What all providers say, put side by side. */
export type Merged = { readonly [Kind in ElementKind]: Elements<Sections[Kind][string]> } & {
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

type Values = Readonly<Record<string, unknown>>;
const nothing: Values = {};

/** What a provider said last. Lists beside the map, because most of it stays where it was: that costs no look-up. */
interface Said {
  readonly values: Values;
  readonly names: readonly string[];
  readonly list: readonly unknown[];
  /** Its elements by the names it uses. */
  readonly own: Map<string, Element<unknown>>;
}

/** The elements of one kind: kept from merge to merge, so that only what has changed is touched. */
class Group {
  readonly elements = new Map<string, Element<unknown>>();
  readonly changed = new Set<string>();
  readonly #providers = new Map<string, Said>();

  merge(said: ReadonlyMap<string, Values>): void {
    this.changed.clear();
    for (const provider of this.#providers.keys()) if (!said.has(provider)) this.#put(provider, nothing);
    for (const [provider, values] of said) this.#put(provider, values);
  }

  #put(provider: string, values: Values): void {
    const last = this.#providers.get(provider) ?? { values: nothing, names: [], list: [], own: new Map() };
    if (last.values === values) return;
    const { own } = last;
    const names = Object.keys(values);
    // `Object.values` takes twice as long.
    const list = names.map((name) => values[name]);
    this.#providers.set(provider, { values, names, list, own });
    names.forEach((name, place) => {
      const value = list[place];
      if (value === last.list[place] && name === last.names[place]) return;
      if (own.get(name)?.value !== value) this.#set(own, name, { provider, value });
    });
    if (own.size > names.length) this.#removeMissing(own, values);
  }

  #set(own: Map<string, Element<unknown>>, short: string, rest: Omit<Element<unknown>, 'name'>): void {
    const name = `${short}@${rest.provider}`;
    const element = { name, ...rest };
    own.set(short, element);
    this.elements.set(name, element);
    this.changed.add(name);
  }

  #removeMissing(own: Map<string, Element<unknown>>, values: Values): void {
    for (const [short, { name }] of own) {
      if (Object.hasOwn(values, short)) continue;
      own.delete(short);
      this.elements.delete(name);
      this.changed.add(name);
    }
  }
}

/** Puts snapshots together. `merged` is the same object throughout; its maps follow. */
export class Merger {
  readonly merged: Merged;
  readonly #groups: Readonly<Record<ElementKind, Group>>;
  #snapshots: readonly RoutingSnapshot[] = [];

  constructor() {
    const kinds = Object.keys(kindNames) as ElementKind[];
    this.#groups = Object.fromEntries(kinds.map((kind) => [kind, new Group()])) as Record<ElementKind, Group>;
    const maps = Object.fromEntries(kinds.map((kind) => [kind, this.#groups[kind].elements]));
    const snapshots = () => this.#snapshots;
    this.merged = Object.defineProperty(maps, 'snapshots', { get: snapshots }) as unknown as Merged;
  }

  merge(snapshots: readonly RoutingSnapshot[]): void {
    this.#snapshots = snapshots;
    const said = snapshots.map(
      ({ provider, configuration }) => [provider, sectionsOf(configuration)] as const,
    );
    for (const [kind, group] of Object.entries(this.#groups)) {
      group.merge(new Map(said.map(([provider, sections]) => [provider, sections[kind as ElementKind]])));
    }
  }

  /** Qualified names of what the last merge added, changed or removed. */
  changed(kind: ElementKind): ReadonlySet<string> {
    return this.#groups[kind].changed;
  }
}

const kindNames: Record<ElementKind, true> = {
  routers: true,
  services: true,
  middlewares: true,
  serversTransports: true,
  uplinks: true,
  tcpRouters: true,
  tcpServices: true,
  tcpMiddlewares: true,
  tcpServersTransports: true,
  udpRouters: true,
  udpServices: true,
  tlsOptions: true,
  tlsStores: true,
};

/** Where an element was written; `word` and name as in problems: `router web@docker`. */
export function sourceOf({ snapshots }: Pick<Merged, 'snapshots'>, element: string): ProblemSource {
  for (const { origins } of snapshots) {
    const origin = origins.get(element);
    if (origin) return { ...origin, element };
  }
  return { provider: element.slice(element.lastIndexOf('@') + 1), element };
}
