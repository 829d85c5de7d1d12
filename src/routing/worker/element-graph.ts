import type { BuildFailure, RecordKind } from '../../model/wire.ts';
import {
  type Built,
  type BuiltKind,
  type BuiltOf,
  type Element,
  elementKey,
  type HandlerRecord,
} from './elements.ts';

/** Finds what an element needs while it is being built; throws an `Error` that names what is missing. */
export type Resolve = <Kind extends BuiltKind>(kind: Kind, name: string) => BuiltOf<Kind>;
export type Build = (record: HandlerRecord, resolve: Resolve) => Built;

export interface GraphChange {
  readonly put: readonly HandlerRecord[];
  readonly remove: readonly { readonly kind: RecordKind; readonly name: string }[];
}

/** A change that has been built and waits to be switched to. */
export interface Prepared {
  /** New elements by key; null for what goes away. */
  readonly elements: ReadonlyMap<string, Element | null>;
  readonly failures: readonly BuildFailure[];
}

/**
 * Elements and what they are built from. A change rebuilds the elements it names and those that were built from
 * them; everything else keeps its handlers with all their state.
 */
export class ElementGraph {
  readonly #elements = new Map<string, Element>();
  /** Who was built from the element of a key. */
  readonly #users = new Map<string, Set<string>>();
  readonly #build: Build;

  constructor(build: Build) {
    this.#build = build;
  }

  get(key: string): Element | undefined {
    return this.#elements.get(key);
  }

  /** A step for each element. */
  *prepare(change: GraphChange): Generator<void, Prepared> {
    const records = new Map<string, HandlerRecord | null>();
    for (const { kind, name } of change.remove) records.set(elementKey(kind, name), null);
    for (const record of change.put) records.set(elementKey(record.kind, record.name), record);
    for (const key of this.#affectedBy([...records.keys()])) {
      if (!records.has(key)) records.set(key, this.#elements.get(key)!.record);
    }
    return yield* new Preparation(records, this.#elements, this.#build).run();
  }

  /** The elements that will be replaced or removed. */
  replacedBy({ elements }: Prepared): Element[] {
    return [...elements.keys()].flatMap((key) => this.#elements.get(key) ?? []);
  }

  /** A step for each element. */
  *commit({ elements }: Prepared): Generator<void, void> {
    for (const [key, element] of elements) {
      yield;
      const before = this.#elements.get(key);
      for (const need of before?.needs ?? []) this.#users.get(need)?.delete(key);
      if (!element) {
        this.#elements.delete(key);
        continue;
      }
      this.#elements.set(key, element);
      for (const need of element.needs) this.#usersOf(need).add(key);
    }
  }

  #usersOf(key: string): Set<string> {
    let users = this.#users.get(key);
    if (!users) this.#users.set(key, (users = new Set()));
    return users;
  }

  /** All keys that were built, directly or not, from the given ones. */
  #affectedBy(keys: readonly string[]): Set<string> {
    const affected = new Set<string>();
    const waiting = [...keys];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      for (const user of this.#users.get(key) ?? []) {
        if (affected.has(user)) continue;
        affected.add(user);
        waiting.push(user);
      }
    }
    return affected;
  }
}

/** One run of building: each element once, after those it needs. */
class Preparation {
  readonly #records: ReadonlyMap<string, HandlerRecord | null>;
  readonly #current: ReadonlyMap<string, Element>;
  readonly #build: Build;
  readonly #elements = new Map<string, Element | null>();
  readonly #failures: BuildFailure[] = [];
  readonly #underWay = new Set<string>();

  constructor(
    records: ReadonlyMap<string, HandlerRecord | null>,
    current: ReadonlyMap<string, Element>,
    build: Build,
  ) {
    this.#records = records;
    this.#current = current;
    this.#build = build;
  }

  *run(): Generator<void, Prepared> {
    for (const key of this.#records.keys()) {
      this.#element(key);
      yield;
    }
    return { elements: this.#elements, failures: this.#failures };
  }

  #element(key: string): Element | null | undefined {
    if (this.#elements.has(key)) return this.#elements.get(key);
    const record = this.#records.get(key);
    if (record === undefined) return this.#current.get(key);
    const element = record && this.#built(key, record);
    this.#elements.set(key, element);
    return element;
  }

  #built(key: string, record: HandlerRecord): Element {
    let needs: readonly string[] = [];
    const resolve: Resolve = (kind, name) => {
      const needed = elementKey(kind, name);
      if (!needs.includes(needed)) needs = [...needs, needed];
      return this.#need(kind, name, needed);
    };
    this.#underWay.add(key);
    try {
      const built = this.#build(record, resolve);
      return { record, needs, built };
    } catch (error) {
      this.#failures.push({ kind: record.kind, name: record.name, text: (error as Error).message });
      return { record, needs, built: undefined };
    } finally {
      this.#underWay.delete(key);
    }
  }

  #need<Kind extends BuiltKind>(kind: Kind, name: string, key: string): BuiltOf<Kind> {
    if (this.#underWay.has(key)) throw new Error(`${kind} "${name}" refers to itself`);
    const element = this.#element(key);
    if (!element) throw new Error(`the ${kind} "${name}" does not exist`);
    if (!element.built) throw new Error(`the ${kind} "${name}" could not be built`);
    return element.built as BuiltOf<Kind>;
  }
}
