import type { HttpRouter } from '../../../routing/schema/router.ts';
import type { Uplink } from '../../../routing/schema/uplink.ts';
import { automaticUplink } from '../complete/automatic.ts';

/** An uplink that a router names and nobody declares exists with its defaults. */
export class NamedUplinks {
  /** How many routers name it. */
  readonly #counts = new Map<string, number>();

  /** A router is another now. */
  follow(after: HttpRouter | undefined, before: HttpRouter | undefined): void {
    for (const name of namedBy(after)) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    for (const name of namedBy(before)) {
      const left = this.#counts.get(name)! - 1;
      if (left > 0) this.#counts.set(name, left);
      else this.#counts.delete(name);
    }
  }

  around(declared: Readonly<Record<string, Uplink>>): Record<string, Uplink> {
    const implicit = [...this.#counts.keys()].map((name) => [name, automaticUplink]);
    return { ...Object.fromEntries(implicit), ...declared };
  }
}

/** Of its own provider. */
const namedBy = (router: HttpRouter | undefined): readonly string[] =>
  [...new Set(router?.uplinks)].filter((name) => !name.includes('@'));
