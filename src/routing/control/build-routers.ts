import type { RouterRecord, WireRecord } from '../../model/wire.ts';
import { recursionMark } from '../recursion-mark.ts';
import { qualify } from '../qualified-name.ts';
import type { MiddlewareBuild } from './build-middlewares.ts';
import type { ServiceBuild } from './build-services.ts';
import type { PlannedRouter } from './plan-router.ts';
import { makeRecord } from './records.ts';

/** A router with everything that was found out about it. */
export interface BuiltRouter {
  readonly planned: PlannedRouter;
  readonly status: 'enabled' | 'warning' | 'disabled';
  readonly errors: readonly string[];
  /** As the API shows them: qualified once they have been looked at. */
  readonly middlewares: readonly string[];
}

export interface RouterBuildInit {
  readonly services: ServiceBuild;
  readonly middlewares: MiddlewareBuild;
  /** There are such TLS options. */
  readonly hasTlsOptions: (name: string) => boolean;
  /** Why a router is served with other TLS options than it asked for. */
  readonly conflicts: ReadonlyMap<string, string>;
  /** Names of an uplink as parents see it, by the router's provider and the name it uses. */
  readonly exposedName: (uplink: string, provider: string) => string;
  readonly precedenceOf: (provider: string) => number;
  /** What workers have said about a record. */
  readonly failure: (name: string) => string | undefined;
  /** Records of routers that have not changed. */
  readonly memory: WeakMap<PlannedRouter, RouterMemory>;
}

export interface RouterMemory {
  /** Everything the records say beyond the plan. */
  readonly surroundings: string;
  readonly records: readonly WireRecord[];
}

type RouterPart = Pick<RouterRecord, 'entryPoint' | 'service' | 'middlewares' | 'uplinks'>;

/** What users may ask for; above are the routers of the program itself. */
const priorityMax = 9_223_372_036_854_774_807n;

export class RouterBuild {
  readonly records: WireRecord[] = [];
  readonly #init: RouterBuildInit;

  constructor(init: RouterBuildInit) {
    this.#init = init;
  }

  build(planned: PlannedRouter): BuiltRouter {
    const errors = missingEntryPoints(planned);
    const conflict = this.#init.conflicts.get(planned.name);
    if (conflict !== undefined) errors.push(conflict);
    const warned = errors.length > 0;
    const asWritten = planned.middlewares;
    if (misusesUplinks(planned)) return disabled(planned, [uplinkText], asWritten);
    if (planned.using.length === 0) {
      return disabled(planned, [...errors, 'no valid entryPoint for this router'], asWritten);
    }
    const before = this.#checkBefore(planned);
    if (before !== undefined) return disabled(planned, [...errors, before], asWritten);
    const middlewares = qualified(planned);
    const fault = this.#buildParts(planned);
    if (fault !== undefined) return disabled(planned, [...errors, fault], middlewares);
    return { planned, status: warned ? 'warning' : 'enabled', errors, middlewares };
  }

  /** What keeps a router from being looked at any further. */
  #checkBefore({ name, origin, provider, priority, tlsOptions, written }: PlannedRouter) {
    if (provider !== 'internal' && priority !== undefined && priority > priorityMax) {
      return `the router priority ${priority} exceeds the max user-defined priority ${priorityMax}`;
    }
    if (origin.slice(0, -provider.length - 1).includes('@')) {
      return `the name of the router "${name}" contains "@", which stands before the name of a provider`;
    }
    if (written.parentRefs.length > 0) return 'routers below routers are not there yet';
    if (tlsOptions !== undefined && !this.#init.hasTlsOptions(tlsOptions)) {
      return `unknown TLS options: ${tlsOptions}`;
    }
    return undefined;
  }

  #buildParts(planned: PlannedRouter): string | undefined {
    const { written, provider, ruleProblem } = planned;
    if (written.service === '') return 'the service is missing on the router';
    const service = qualify(written.service, provider);
    const serviceError = this.#init.services.build(service);
    if (serviceError !== undefined) return serviceError;
    const expansion = this.#init.middlewares.expand(planned.middlewares, { provider });
    if ('error' in expansion) return expansion.error;
    if (ruleProblem) return `error while parsing rule ${written.rule}: ${ruleText(ruleProblem)}`;
    return this.#addRecords(planned, service, expansion.names);
  }

  #addRecords(planned: PlannedRouter, service: string, middlewares: readonly string[]): string | undefined {
    const uplinks = planned.uplinks.map((uplink) => this.#init.exposedName(uplink, planned.provider));
    const surroundings = [service, ...middlewares, '', ...uplinks].join();
    let memory = this.#init.memory.get(planned);
    if (memory?.surroundings !== surroundings) {
      const part = { service, middlewares, uplinks };
      const records = planned.using.map((entryPoint) => this.#record(planned, { ...part, entryPoint }));
      this.#init.memory.set(planned, (memory = { surroundings, records }));
    }
    for (const { name } of memory.records) {
      const failure = this.#init.failure(name);
      if (failure !== undefined) return failure;
    }
    this.records.push(...memory.records);
    return undefined;
  }

  #record(planned: PlannedRouter, part: RouterPart) {
    const { name, provider, written, tlsOptions } = planned;
    return makeRecord('router', `${name} ${part.entryPoint}`, {
      ...part,
      router: name,
      tls: planned.tls !== undefined,
      tlsOptions,
      rule: written.rule,
      ruleSyntax: planned.ruleSyntax === 'v2' ? 'v2' : 'v3',
      priority: planned.priority ?? 0n,
      precedence: this.#init.precedenceOf(provider),
      deniedEscapes: planned.deniedEscapes,
      recursionGuard: written.defaultRule ? recursionMark(name) : undefined,
    });
  }
}

const uplinkText = 'a router with uplinks has no entryPoints, tls or observability of its own';

function misusesUplinks({ written }: PlannedRouter): boolean {
  const { uplinks, entryPoints, tls, observability } = written;
  return uplinks.length > 0 && (entryPoints.length > 0 || Boolean(tls ?? observability));
}

function missingEntryPoints({ entryPoints, using }: PlannedRouter): string[] {
  const missing = new Set(entryPoints.filter((name) => !using.includes(name)));
  return [...missing].map((name) => `entryPoint "${name}" doesn't exist`);
}

function qualified({ middlewares, provider }: PlannedRouter): readonly string[] {
  return middlewares.map((name) => qualify(name, provider));
}

function disabled(
  planned: PlannedRouter,
  errors: readonly string[],
  middlewares: readonly string[],
): BuiltRouter {
  return { planned, status: 'disabled', errors, middlewares };
}

const ruleText = ({ text, remedy }: { text: string; remedy?: string }): string =>
  remedy === undefined ? text : `${text} ${remedy}`;
