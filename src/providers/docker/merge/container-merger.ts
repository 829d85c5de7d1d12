import type { Problem, ProblemSource } from '../../../model/problem.ts';
import {
  type DynamicConfiguration,
  emptyConfiguration,
} from '../../../routing/schema/dynamic-configuration.ts';
import type { HttpRouter } from '../../../routing/schema/router.ts';
import { elementKinds, elementsOf } from '../../elements.ts';
import { ElementGroup, type OnChange } from './element-group.ts';
import { NamedUplinks } from './named-uplinks.ts';
import type { Part } from './part.ts';

interface Merged {
  /** The same object as long as nothing in it changes. */
  readonly configuration: DynamicConfiguration;
  readonly problems: readonly Problem[];
  /** Of now: it follows further changes. */
  readonly origins: ReadonlyMap<string, ProblemSource>;
}

/**
 * The parts of all containers as one configuration. It stays, and follows what comes and goes, so that one container
 * among ten thousand costs what one costs.
 */
export class ContainerMerger {
  readonly #named = new NamedUplinks();
  readonly #origins = new Map<string, ProblemSource>();
  readonly #groups = elementKinds.map((kind) => {
    const isRouters = kind.section === 'http' && kind.group === 'routers';
    const follow = (after: unknown, before: unknown) =>
      this.#named.follow(after as HttpRouter | undefined, before as HttpRouter | undefined);
    return new ElementGroup(kind, isRouters ? (follow satisfies OnChange) : undefined);
  });
  #configuration = emptyConfiguration();

  add(part: Part): void {
    for (const group of this.#groups) group.add(part, elementsOf(part.configuration, group.kind));
  }

  remove(part: Part): void {
    for (const group of this.#groups) group.remove(part, elementsOf(part.configuration, group.kind));
  }

  merge(): Merged {
    const changed = this.#groups.filter((group) => group.settle(this.#origins));
    if (changed.length > 0) this.#configuration = this.#assembled();
    const problems = this.#groups.flatMap((group) => group.problems);
    return { configuration: this.#configuration, problems, origins: this.#origins };
  }

  #assembled(): DynamicConfiguration {
    const configuration = emptyConfiguration() as unknown as Record<string, Record<string, unknown>>;
    for (const { kind, elements } of this.#groups) configuration[kind.section]![kind.group] = elements;
    const { http, ...others } = configuration as unknown as DynamicConfiguration;
    return { ...others, http: { ...http, uplinks: this.#named.around(http.uplinks) } };
  }
}
