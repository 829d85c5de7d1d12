import type { HttpRouter } from '../schema/router.ts';
import type { Element, Merger } from './merge.ts';

/** The routers that name uplinks: few, among many that do not. */
export class UplinkRouters {
  readonly #routers = new Map<string, Element<HttpRouter>>();

  /** Takes in what the last merge has changed. */
  follow(merger: Merger): readonly Element<HttpRouter>[] {
    for (const name of merger.changed('routers')) {
      const element = merger.merged.routers.get(name);
      if (element && element.value.uplinks.length > 0) this.#routers.set(name, element);
      else this.#routers.delete(name);
    }
    return [...this.#routers.values()];
  }
}
