import type { HttpRouter } from '../schema/router.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import type { Element, Merger } from './merge.ts';
import { type PlannedRouter, planRouter } from './plan-router.ts';
import type { UplinkTable } from './uplink-table.ts';

interface Plan {
  readonly element: Element<HttpRouter>;
  /** That stand in the place of none given. */
  readonly entryPoints: readonly string[];
  readonly routers: readonly PlannedRouter[];
}

/** Routers that are not as they were. */
export interface PlanChange {
  readonly gone: readonly PlannedRouter[];
  readonly come: readonly PlannedRouter[];
}

export interface PlanInput {
  readonly merger: Merger;
  readonly uplinks: UplinkTable;
  /** Routers for parents: on which entry points they stand depends on their uplinks. */
  readonly offered: Iterable<Element<HttpRouter>>;
}

/** Plans of all routers. They stay, and follow what the last merge has changed. */
export class RouterPlans {
  readonly #models: EntryPointModels;
  readonly #plans = new Map<string, Plan>();

  constructor(models: EntryPointModels) {
    this.#models = models;
  }

  *all(): Iterable<PlannedRouter> {
    for (const { routers } of this.#plans.values()) yield* routers;
  }

  follow({ merger, uplinks, offered }: PlanInput): PlanChange {
    const gone: PlannedRouter[] = [];
    const come: PlannedRouter[] = [];
    const { routers } = merger.merged;
    const changed = [...merger.changed('routers')].flatMap((name) => routers.get(name) ?? []);
    for (const name of merger.changed('routers')) if (!routers.has(name)) gone.push(...this.#drop(name));
    for (const element of new Set([...changed, ...offered])) {
      const entryPoints = this.#placesOf(element, uplinks);
      const known = this.#plans.get(element.name);
      if (known?.element === element && isSame(known.entryPoints, entryPoints)) continue;
      gone.push(...this.#drop(element.name));
      come.push(...this.#plan(element, entryPoints));
    }
    return { gone, come };
  }

  #placesOf({ provider, value }: Element<HttpRouter>, uplinks: UplinkTable): readonly string[] {
    return value.uplinks.length > 0 ? uplinks.entryPointsOf(value.uplinks, provider) : this.#models.defaults;
  }

  #plan(element: Element<HttpRouter>, entryPoints: readonly string[]): readonly PlannedRouter[] {
    const routers = planRouter(element, entryPoints, this.#models);
    this.#plans.set(element.name, { element, entryPoints, routers });
    return routers;
  }

  #drop(name: string): readonly PlannedRouter[] {
    const { routers = [] } = this.#plans.get(name) ?? {};
    this.#plans.delete(name);
    return routers;
  }
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((name, place) => name === other[place]));
}
