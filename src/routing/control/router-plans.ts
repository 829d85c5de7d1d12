import type { HttpRouter } from '../schema/router.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import type { Element, Elements } from './merge.ts';
import { type PlannedRouter, planRouter } from './plan-router.ts';
import type { UplinkTable } from './uplink-table.ts';

interface Plan {
  readonly element: Element<HttpRouter>;
  /** It is served to parents, on entry points that depend on its uplinks. */
  readonly forParents: boolean;
  /** That stand in the place of none given. */
  readonly entryPoints: string;
  readonly routers: readonly PlannedRouter[];
}

interface PlanRequest {
  readonly element: Element<HttpRouter>;
  readonly known: Plan | undefined;
  readonly uplinks: UplinkTable;
}

/** Plans of routers, remembered with the router. */
export class RouterPlans {
  readonly #models: EntryPointModels;
  readonly #defaults: string;
  readonly #plans = new WeakMap<Element<HttpRouter>, Plan>();
  /** Those of the last time, in order: most are where they were. */
  #last: readonly Plan[] = [];

  constructor(models: EntryPointModels) {
    this.#models = models;
    this.#defaults = models.defaults.join();
  }

  plan(routers: Elements<HttpRouter>, uplinks: UplinkTable): PlannedRouter[] {
    const planned: PlannedRouter[] = [];
    const plans: Plan[] = [];
    for (const element of routers.values()) {
      const last = this.#last[plans.length];
      const known = last?.element === element ? last : this.#plans.get(element);
      const plan = this.#isGood(known) ? known : this.#plan({ element, known, uplinks });
      plans.push(plan);
      for (const router of plan.routers) planned.push(router);
    }
    this.#last = plans;
    return planned;
  }

  /** Whatever has become of the uplinks. */
  #isGood(known: Plan | undefined): known is Plan {
    return known !== undefined && known.entryPoints === this.#defaults && !known.forParents;
  }

  #plan({ element, known, uplinks }: PlanRequest): Plan {
    const { provider, value } = element;
    const forParents = value.uplinks.length > 0;
    const places = forParents ? uplinks.entryPointsOf(value.uplinks, provider) : this.#models.defaults;
    const entryPoints = places.join();
    if (known?.entryPoints === entryPoints) return known;
    const routers = planRouter(element, places, this.#models);
    const plan = { element, forParents, entryPoints, routers };
    this.#plans.set(element, plan);
    return plan;
  }
}
