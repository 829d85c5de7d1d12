import type { TlsRecord } from '../../model/wire.ts';
import type { PlannedRouter } from './plan-router.ts';
import type { PlanChange } from './router-plans.ts';

/** Which TLS options a server name gets, and the routers as they are served with them. */
export interface TlsAssignment {
  readonly routers: AssignedRouters;
  readonly hosts: TlsRecord['hosts'];
  readonly refused: TlsRecord['refused'];
}

/** All of them, or what has become others. */
export type AssignedRouters =
  | PlanChange
  | {
      readonly all: readonly PlannedRouter[];
      /** Why a router, by name, is served with the default options instead of its own. */
      readonly conflicts: ReadonlyMap<string, string>;
    };

type OptionsByHost = Map<string, Set<string>>;

const conflictText = 'another router of the same host and entry point asks for other TLS options';
const hostlessText = 'TLS options are chosen by host, and the rule names none';

/**
 * Options are chosen by server name, before there is a request: all routers of one host on one entry point must
 * agree. Those that do not are served with the default options, under a name that says so.
 */
export class TlsAssignments {
  /** Those that ask for options of their own: without any there is nothing to agree on. */
  readonly #special = new Set<PlannedRouter>();

  follow(change: PlanChange, { all, exists }: Surroundings): TlsAssignment {
    const wasSpecial = this.#special.size > 0;
    for (const router of change.gone) this.#special.delete(router);
    for (const router of change.come) if (isSpecial(router)) this.#special.add(router);
    if (this.#special.size > 0) return new Assigner([...all()], exists).assign();
    const routers = wasSpecial ? { all: [...all()], conflicts: new Map() } : change;
    return { routers, hosts: {}, refused: {} };
  }
}

interface Surroundings {
  readonly all: () => Iterable<PlannedRouter>;
  readonly exists: (options: string) => boolean;
}

function isSpecial({ tlsOptions, uplinks }: PlannedRouter): boolean {
  return tlsOptions !== undefined && tlsOptions !== 'default' && uplinks.length === 0;
}

class Assigner {
  readonly #planned: readonly PlannedRouter[];
  readonly #exists: (options: string) => boolean;
  readonly #wanted = new Map<string, OptionsByHost>();
  readonly #conflicts = new Map<string, string>();

  constructor(planned: readonly PlannedRouter[], exists: (options: string) => boolean) {
    this.#planned = planned;
    this.#exists = exists;
  }

  assign(): TlsAssignment {
    for (const router of this.#planned) this.#collect(router);
    const all = this.#planned.flatMap((router) => this.#split(router));
    const routers = { all, conflicts: this.#conflicts };
    return { routers, hosts: this.#hosts(true), refused: this.#refused() };
  }

  #collect({ tlsOptions, using, domains, uplinks }: PlannedRouter): void {
    if (tlsOptions === undefined || domains === undefined || uplinks.length > 0) return;
    for (const entryPoint of using) {
      const byHost: OptionsByHost = this.#wanted.get(entryPoint) ?? new Map();
      this.#wanted.set(entryPoint, byHost);
      for (const host of domains) byHost.set(host, (byHost.get(host) ?? new Set()).add(tlsOptions));
    }
  }

  #split(router: PlannedRouter): PlannedRouter[] {
    const disputed = router.using.filter((entryPoint) => this.#conflict(router, entryPoint) !== undefined);
    if (disputed.length === 0) return [router];
    const entryPoints = router.entryPoints.filter((name) => !disputed.includes(name));
    const using = router.using.filter((name) => !disputed.includes(name));
    const parts = disputed.map((entryPoint) => this.#yielded(router, entryPoint));
    return entryPoints.length > 0 ? [{ ...router, entryPoints, using }, ...parts] : parts;
  }

  /** The part of a router that gives way on one entry point. */
  #yielded(router: PlannedRouter, entryPoint: string): PlannedRouter {
    const name = `${entryPoint}-conflicted-${router.name}`;
    const why = this.#conflict(router, entryPoint);
    if (why !== undefined && router.tlsOptions !== 'default') this.#conflicts.set(name, why);
    return { ...router, name, entryPoints: [entryPoint], using: [entryPoint], tlsOptions: 'default' };
  }

  #conflict({ tlsOptions, domains, uplinks }: PlannedRouter, entryPoint: string): string | undefined {
    if (tlsOptions === undefined || domains === undefined || uplinks.length > 0) return undefined;
    if (domains.length === 0) return tlsOptions === 'default' ? undefined : hostlessText;
    const byHost = this.#wanted.get(entryPoint);
    return domains.some((host) => (byHost?.get(host)?.size ?? 0) > 1) ? conflictText : undefined;
  }

  #hosts(existing: boolean): Record<string, Record<string, string>> {
    const all = [...this.#wanted].map(([entryPoint, byHost]) => {
      const agreed = [...byHost].flatMap(([host, options]) => {
        const [only = 'default'] = options;
        const given = options.size === 1 && only !== 'default' && this.#exists(only) === existing;
        return given ? [[host, only]] : [];
      });
      return [entryPoint, Object.fromEntries(agreed)];
    });
    return Object.fromEntries(all);
  }

  #refused(): Record<string, string[]> {
    const unknown = Object.entries(this.#hosts(false));
    return Object.fromEntries(unknown.map(([entryPoint, hosts]) => [entryPoint, Object.keys(hosts)]));
  }
}
