import type { Exchange } from '../model/exchange.ts';
import { afterFirstLabel, withoutTrailingDot } from './matchers/host.ts';
import type { Rule } from './parse-rule.ts';

export interface Route<T, Subject = Exchange> {
  readonly rule: Pick<Rule<Subject>, 'matches' | 'requiredHosts'>;
  readonly priority: bigint;
  /** Place of the provider in the order of precedence; the smaller wins at equal priority. */
  readonly precedence: number;
  /** Decides when all else is equal. */
  readonly name: string;
  readonly value: T;
}

interface Entry<T, Subject> extends Route<T, Subject> {
  readonly key: string;
  /** The priority as far as a double holds it: cheap to compare, and never in the wrong order. */
  readonly weight: number;
}

/** Sorted; the first that matches wins. */
type Candidates<T, Subject> = Entry<T, Subject>[];

/**
 * Finds the route of a request or a connection. Rules that need one of some hosts are found by their host, so that
 * only the routes of that host and those for any host are asked: a hundred thousand hosts cost what ten cost.
 */
export class RoutesByHost<T, Subject> {
  readonly #entries = new Map<string, Entry<T, Subject>>();
  readonly #byHost = new Map<string, Candidates<T, Subject>>();
  /** Keyed without the star: `.example.com`. */
  readonly #byParent = new Map<string, Candidates<T, Subject>>();
  readonly #anyHost: Candidates<T, Subject> = [];

  get size(): number {
    return this.#entries.size;
  }

  /** All of them by key. */
  routes(): Iterable<[string, Route<T, Subject>]> {
    return this.#entries;
  }

  /** Replaces the route of the same key. */
  add(key: string, route: Route<T, Subject>): void {
    this.remove(key);
    const entry = { ...route, key, weight: Number(route.priority) };
    this.#entries.set(key, entry);
    const hosts = entry.rule.requiredHosts;
    if (hosts === undefined) insert(this.#anyHost, entry);
    else for (const host of new Set(hosts)) this.#addTo(host, entry);
  }

  remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    const hosts = entry.rule.requiredHosts;
    if (hosts === undefined) withdraw(this.#anyHost, entry);
    else for (const host of new Set(hosts)) this.#forget(host, entry);
    return true;
  }

  /** `name` is the host in lower case. */
  find(subject: Subject, name: string): T | undefined {
    const host = withoutTrailingDot(name);
    const exact = this.#byHost.get(host);
    const parent = this.#byParent.size === 0 ? undefined : this.#byParent.get(afterFirstLabel(host) ?? '');
    if (parent !== undefined) return firstOfThree(subject, exact ?? [], parent, this.#anyHost)?.value;
    if (exact === undefined) return first(subject, this.#anyHost)?.value;
    return firstOfTwo(subject, exact, this.#anyHost)?.value;
  }

  #addTo(host: string, entry: Entry<T, Subject>): void {
    const [index, key] = this.#place(host);
    const candidates = index.get(key);
    if (candidates) insert(candidates, entry);
    // Most hosts have one route: a list that is filled later takes the room of sixteen.
    else index.set(key, [entry]);
  }

  #forget(host: string, entry: Entry<T, Subject>): void {
    const [index, key] = this.#place(host);
    const candidates = index.get(key)!;
    withdraw(candidates, entry);
    if (candidates.length === 0) index.delete(key);
  }

  #place(host: string): [index: Map<string, Candidates<T, Subject>>, key: string] {
    return host.startsWith('*.') ? [this.#byParent, host.slice(1)] : [this.#byHost, host];
  }
}

/** The routes of an entry point for requests. */
export class RouteTable<T> extends RoutesByHost<T, Exchange> {
  match(exchange: Exchange): T | undefined {
    return this.find(exchange, exchange.request.canonicalHost);
  }
}

function first<T, Subject>(
  subject: Subject,
  candidates: Candidates<T, Subject>,
): Entry<T, Subject> | undefined {
  for (const entry of candidates) if (entry.rule.matches(subject)) return entry;
  return undefined;
}

/** Asks two sorted lists as if they were one. */
function firstOfTwo<T, Subject>(
  subject: Subject,
  left: Candidates<T, Subject>,
  right: Candidates<T, Subject>,
): Entry<T, Subject> | undefined {
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const fromLeft = r === right.length || (l < left.length && compare(left[l]!, right[r]!) < 0);
    const entry = fromLeft ? left[l++]! : right[r++]!;
    if (entry.rule.matches(subject)) return entry;
  }
  return undefined;
}

/** The better of the first two lists' winners is what the third has to beat. */
function firstOfThree<T, Subject>(
  subject: Subject,
  exact: Candidates<T, Subject>,
  parent: Candidates<T, Subject>,
  anyHost: Candidates<T, Subject>,
): Entry<T, Subject> | undefined {
  const named = firstOfTwo(subject, exact, parent);
  const other = first(subject, anyHost);
  if (named === undefined || other === undefined) return named ?? other;
  return compare(named, other) < 0 ? named : other;
}

function insert<T, Subject>(candidates: Candidates<T, Subject>, entry: Entry<T, Subject>): void {
  candidates.splice(position(candidates, entry), 0, entry);
}

function withdraw<T, Subject>(candidates: Candidates<T, Subject>, entry: Entry<T, Subject>): void {
  candidates.splice(position(candidates, entry), 1);
}

/** The index of the first candidate that does not come before `entry`. */
function position<T, Subject>(candidates: Candidates<T, Subject>, entry: Entry<T, Subject>): number {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(candidates[middle]!, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Higher priority first, then precedence, then name; the key makes the order total. */
function compare<T, Subject>(one: Entry<T, Subject>, other: Entry<T, Subject>): number {
  if (one.weight !== other.weight) return other.weight - one.weight;
  if (one.priority !== other.priority) return one.priority > other.priority ? -1 : 1;
  if (one.precedence !== other.precedence) return one.precedence - other.precedence;
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  if (one.key === other.key) return 0;
  return one.key < other.key ? -1 : 1;
}
