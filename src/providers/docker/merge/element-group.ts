import { isDeepStrictEqual } from 'node:util';
import type { Problem, ProblemSource } from '../../../model/problem.ts';
import { type ElementKind, elementName } from '../../elements.ts';
import { type Combination, combine } from './combine.ts';
import { type Definition, type Part, sourceOf } from './part.ts';

type Elements = Record<string, unknown>;

/** Hears of an element that is another now; undefined where there is none. */
export type OnChange = (after: unknown, before: unknown) => void;

/** The elements of one kind out of all containers. Only names that a change touches are looked at. */
export class ElementGroup {
  readonly kind: ElementKind;
  readonly #onChange: OnChange | undefined;
  readonly #definitions = new Map<string, readonly Definition[]>();
  readonly #made = new Map<string, unknown>();
  readonly #disputed = new Map<string, Combination>();
  readonly #touched = new Set<string>();
  #elements: Elements = {};

  constructor(kind: ElementKind, onChange?: OnChange) {
    this.kind = kind;
    this.#onChange = onChange;
  }

  /** By name; the same object as long as none of them changes, and each of them as long as it does not. */
  get elements(): Elements {
    return this.#elements;
  }

  add(part: Part, elements: Elements): void {
    for (const [name, element] of Object.entries(elements)) {
      this.#touched.add(name);
      const others = this.#definitions.get(name) ?? [];
      const place = others.findIndex((other) => other.part.key > part.key);
      this.#definitions.set(
        name,
        others.toSpliced(place === -1 ? others.length : place, 0, { part, element }),
      );
    }
  }

  remove(part: Part, elements: Elements): void {
    for (const name of Object.keys(elements)) {
      this.#touched.add(name);
      const others = this.#definitions.get(name)?.filter((definition) => definition.part !== part) ?? [];
      if (others.length > 0) this.#definitions.set(name, others);
      else this.#definitions.delete(name);
    }
  }

  /** All additions and removals have been made. True if that has changed anything. */
  settle(origins: Map<string, ProblemSource>): boolean {
    let changed = false;
    for (const name of this.#touched) if (this.#settleOne(name, origins)) changed = true;
    this.#touched.clear();
    if (changed) this.#elements = recordOf(this.#made);
    return changed;
  }

  get problems(): Problem[] {
    const byName = [...this.#disputed].sort(([one], [other]) => (one < other ? -1 : 1));
    return byName.flatMap(([name, { losers, winner }]) =>
      losers.map((loser) => conflict(elementName(this.kind, name, 'docker'), loser, winner)),
    );
  }

  #settleOne(name: string, origins: Map<string, ProblemSource>): boolean {
    const definitions = this.#definitions.get(name);
    const before = this.#made.get(name);
    const combination = definitions && combine(definitions);
    const label = elementName(this.kind, name, 'docker');
    this.#disputed.delete(name);
    if (combination) {
      if (combination.losers.length > 0) this.#disputed.set(name, combination);
      origins.set(label, sourceOf(combination.winner));
    } else origins.delete(label);
    const after = combination?.element;
    if (isDeepStrictEqual(before, after)) return false;
    if (combination) this.#made.set(name, after);
    else this.#made.delete(name);
    this.#onChange?.(after, before);
    return true;
  }
}

/**
 * As `Object.fromEntries`, which would make a shape for each of the first thousand names: an object without a prototype
 * is a table from the beginning, and takes every name as it is.
 */
function recordOf(made: ReadonlyMap<string, unknown>): Elements {
  const elements = Object.create(null) as Elements;
  for (const [name, element] of made) elements[name] = element;
  return Object.setPrototypeOf(elements, Object.prototype) as Elements;
}

function conflict(element: string, loser: Definition, winner: Definition): Problem {
  return {
    code: 'defined-differently',
    severity: 'error',
    source: { ...sourceOf(loser), element },
    text:
      `The ${element} is defined by the containers "${winner.part.container.name}" and ` +
      `"${loser.part.container.name}" with different options; the older one stays.`,
    remedy: 'Give one of them another name, or both the same options.',
  };
}
