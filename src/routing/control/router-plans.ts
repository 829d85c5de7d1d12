import type { HttpRouter } from '../schema/router.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import type { Element, Elements } from './merge.ts';
import { type PlannedRouter, planRouter } from './plan-router.ts';
import type { UplinkTable } from './uplink-table.ts';

interface Plan {
  /** That stand in the place of none given. */
  readonly entryPoints: string;
  readonly routers: readonly PlannedRouter[];
}

/** Plans of routers, remembered with the router. */
export class RouterPlans {
  readonly #models: EntryPointModels;
  readonly #defaults: string;
  readonly #plans = new WeakMap<Element<HttpRouter>, Plan>();

  constructor(models: EntryPointModels) {
    this.#models = models;
    this.#defaults = models.defaults.join();
  }

  plan(routers: Elements<HttpRouter>, uplinks: UplinkTable): PlannedRouter[] {
    const planned: PlannedRouter[] = [];
    for (const element of routers.values()) planned.push(...this.#plan(element, uplinks));
    return planned;
  }

  #plan(element: Element<HttpRouter>, uplinks: UplinkTable): readonly PlannedRouter[] {
    const { provider, value } = element;
    const known = this.#plans.get(element);
    const forParents = value.uplinks.length > 0;
    if (known && !forParents && known.entryPoints === this.#defaults) return known.routers;
    const places = forParents ? uplinks.entryPointsOf(value.uplinks, provider) : this.#models.defaults;
    const entryPoints = places.join();
    if (known?.entryPoints === entryPoints) return known.routers;
    const routers = planRouter(element, places, this.#models);
    this.#plans.set(element, { entryPoints, routers });
    return routers;
  }
}
