import type { Exchange } from '../model/exchange.ts';
import { afterFirstLabel, withoutTrailingDot } from './matchers/host.ts';
import type { HttpRule } from './parse-rule.ts';

export interface Route<T> {
  readonly rule: Pick<HttpRule, 'matches' | 'requiredHosts'>;
  readonly priority: bigint;
  /** Place of the provider in the order of precedence; the smaller wins at equal priority. */
  readonly precedence: number;
  /** Decides when all else is equal. */
  readonly name: string;
  readonly value: T;
}

interface Entry<T> extends Route<T> {
  readonly key: string;
  /** The priority as far as a double holds it: cheap to compare, and never in the wrong order. */
  readonly weight: number;
}

/** Sorted; the first that matches wins. */
type Candidates<T> = Entry<T>[];

/**
 * Finds the route of an exchange. Rules that need one of some hosts are found by their host, so that only
 * the routes of that host and those for any host are asked: a hundred thousand hosts cost what ten cost.
 */
export class RouteTable<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #byHost = new Map<string, Candidates<T>>();
  /** Keyed without the star: `.example.com`. */
  readonly #byParent = new Map<string, Candidates<T>>();
  readonly #anyHost: Candidates<T> = [];

  get size(): number {
    return this.#entries.size;
  }

  /** Replaces the route of the same key. */
  add(key: string, route: Route<T>): void {
    this.remove(key);
    const entry = { ...route, key, weight: Number(route.priority) };
    this.#entries.set(key, entry);
    const hosts = entry.rule.requiredHosts;
    if (hosts === undefined) insert(this.#anyHost, entry);
    else for (const host of new Set(hosts)) insert(this.#candidatesFor(host), entry);
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

  match(exchange: Exchange): T | undefined {
    const host = withoutTrailingDot(exchange.request.canonicalHost);
    const exact = this.#byHost.get(host);
    const parent = this.#byParent.size === 0 ? undefined : this.#byParent.get(afterFirstLabel(host) ?? '');
    if (parent !== undefined) return firstOfThree(exchange, exact ?? [], parent, this.#anyHost)?.value;
    if (exact === undefined) return first(exchange, this.#anyHost)?.value;
    return firstOfTwo(exchange, exact, this.#anyHost)?.value;
  }

  #candidatesFor(host: string): Candidates<T> {
    const [index, key] = this.#place(host);
    let candidates = index.get(key);
    if (candidates === undefined) index.set(key, (candidates = []));
    return candidates;
  }

  #forget(host: string, entry: Entry<T>): void {
    const [index, key] = this.#place(host);
    const candidates = index.get(key)!;
    withdraw(candidates, entry);
    if (candidates.length === 0) index.delete(key);
  }

  #place(host: string): [index: Map<string, Candidates<T>>, key: string] {
    return host.startsWith('*.') ? [this.#byParent, host.slice(1)] : [this.#byHost, host];
  }
}

function first<T>(exchange: Exchange, candidates: Candidates<T>): Entry<T> | undefined {
  for (const entry of candidates) if (entry.rule.matches(exchange)) return entry;
  return undefined;
}

/** Asks two sorted lists as if they were one. */
function firstOfTwo<T>(exchange: Exchange, left: Candidates<T>, right: Candidates<T>): Entry<T> | undefined {
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const fromLeft = r === right.length || (l < left.length && compare(left[l]!, right[r]!) < 0);
    const entry = fromLeft ? left[l++]! : right[r++]!;
    if (entry.rule.matches(exchange)) return entry;
  }
  return undefined;
}

/** The better of the first two lists' winners is what the third has to beat. */
function firstOfThree<T>(
  exchange: Exchange,
  exact: Candidates<T>,
  parent: Candidates<T>,
  anyHost: Candidates<T>,
): Entry<T> | undefined {
  const named = firstOfTwo(exchange, exact, parent);
  const other = first(exchange, anyHost);
  if (named === undefined || other === undefined) return named ?? other;
  return compare(named, other) < 0 ? named : other;
}

function insert<T>(candidates: Candidates<T>, entry: Entry<T>): void {
  candidates.splice(position(candidates, entry), 0, entry);
}

function withdraw<T>(candidates: Candidates<T>, entry: Entry<T>): void {
  candidates.splice(position(candidates, entry), 1);
}

/** The index of the first candidate that does not come before `entry`. */
function position<T>(candidates: Candidates<T>, entry: Entry<T>): number {
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
function compare<T>(one: Entry<T>, other: Entry<T>): number {
  if (one.weight !== other.weight) return other.weight - one.weight;
  if (one.priority !== other.priority) return one.priority > other.priority ? -1 : 1;
  if (one.precedence !== other.precedence) return one.precedence - other.precedence;
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  if (one.key === other.key) return 0;
  return one.key < other.key ? -1 : 1;
}
