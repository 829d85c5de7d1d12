import type { BuildFailure } from '../../model/wire.ts';
import type { Merged } from './merge.ts';
import type { PlannedRouter } from './plan-router.ts';

/** What workers could not build. It counts as long as the thing itself stays the same. */
export class Failures {
  readonly #texts = new WeakMap<object, string>();
  readonly #noted: BuildFailure[] = [];

  note(failures: readonly BuildFailure[]): void {
    this.#noted.push(...failures);
  }

  /** Ties what has been noted to the things of this build. */
  tie(merged: Merged, routers: readonly PlannedRouter[]): void {
    for (const { kind, name, text } of this.#noted.splice(0)) {
      const thing = find(kind, name, { merged, routers });
      if (thing) this.#texts.set(thing, text);
    }
  }

  of(thing: object): string | undefined {
    return this.#texts.get(thing);
  }
}

function find(
  kind: BuildFailure['kind'],
  name: string,
  { merged, routers }: { merged: Merged; routers: readonly PlannedRouter[] },
): object | undefined {
  if (kind === 'service') return merged.services.get(name);
  if (kind === 'middleware') return merged.middlewares.get(name);
  if (kind !== 'router') return undefined;
  return routers.find((router) => router.using.some((entryPoint) => `${router.name} ${entryPoint}` === name));
}
