import type { RouterRecord, WireRecord } from '../../model/wire.ts';
import { qualify } from '../qualified-name.ts';
import { recursionMark } from '../recursion-mark.ts';
import type { MiddlewareBuild } from './build-middlewares.ts';
import type { ServiceBuild } from './build-services.ts';
import { Memo } from './memo.ts';
import type { PlannedRouter } from './plan-router.ts';
import type { BuildSurroundings } from './recording-memo.ts';
import { makeRecord } from './records.ts';
import type { AssignedRouters } from './tls-assignment.ts';

type Status = 'enabled' | 'warning' | 'disabled';

/** A router with everything that was found out about it. */
export interface BuiltRouter {
  readonly planned: PlannedRouter;
  readonly status: Status;
  readonly errors: readonly string[];
  /** As the API shows them: qualified once they have been looked at. */
  readonly middlewares: readonly string[];
}

export interface RouterOutcome extends BuiltRouter {
  readonly conflict: string | undefined;
  readonly records: readonly WireRecord[];
}

export interface RouterBuildInit {
  readonly services: ServiceBuild;
  readonly middlewares: MiddlewareBuild;
  /** There are such TLS options. */
  readonly hasTlsOptions: (name: string) => boolean;
  /** Name of an uplink as parents see it, by the name a router of that provider uses. */
  readonly exposedName: (uplink: string, provider: string) => string;
  readonly precedenceOf: (provider: string) => number;
  /** What workers have said about a record. */
  readonly failure: (name: string) => string | undefined;
}

type RouterPart = Pick<RouterRecord, 'entryPoint' | 'service' | 'middlewares' | 'uplinks'>;

/** What users may ask for; above are the routers of the program itself. */
const priorityMax = 9_223_372_036_854_774_807n;

/** Builds routers, and with them everything they name. */
export class RouterBuild {
  readonly #init: RouterBuildInit;
  readonly #memo: Memo<RouterOutcome>;
  readonly #wanted = new Map<string, PlannedRouter>();
  #conflicts: ReadonlyMap<string, string> = new Map();
  /** The names of those that are wanted and not there. */
  readonly #missing = new Set<string>();

  constructor(init: RouterBuildInit, { tracker, records }: BuildSurroundings) {
    this.#init = init;
    this.#memo = new Memo<RouterOutcome>({
      tracker,
      onMade: (outcome) => outcome.records.forEach((record) => records.add(record)),
      onForgotten: ({ planned, records: own }) => {
        this.#missing.add(planned.name);
        for (const record of own) records.remove(record);
      },
      isNotable: isRemarkable,
    });
  }

  get outcomes(): ReadonlyMap<string, RouterOutcome> {
    return this.#memo.values;
  }

  /** Those that have something for people or for parents. */
  get notable(): ReadonlyMap<string, RouterOutcome> {
    return this.#memo.notable;
  }

  /** Whatever has been forgotten is built again, and no more. */
  build(assigned: AssignedRouters): void {
    if ('all' in assigned) this.#replace(assigned.all, assigned.conflicts);
    else {
      for (const planned of assigned.gone) this.#drop(planned);
      for (const planned of assigned.come) this.#want(planned);
    }
    for (const name of this.#missing) {
      const planned = this.#wanted.get(name);
      if (planned) this.#memo.get(name, () => this.#judge(planned, this.#conflicts.get(name)));
    }
    this.#missing.clear();
  }

  /** Forgets those that `affected` says yes to. */
  forgetWhere(affected: (planned: PlannedRouter) => boolean): void {
    for (const [name, { planned }] of this.#memo.values) if (affected(planned)) this.#memo.forget(name);
  }

  #replace(all: readonly PlannedRouter[], conflicts: ReadonlyMap<string, string>): void {
    this.#conflicts = conflicts;
    const names = new Set(all.map(({ name }) => name));
    for (const [name, planned] of this.#wanted) if (!names.has(name)) this.#drop(planned);
    for (const planned of all) this.#want(planned);
  }

  #want(planned: PlannedRouter): void {
    const { name } = planned;
    const known = this.#memo.values.get(name);
    if (known?.planned === planned && known.conflict === this.#conflicts.get(name)) return;
    this.#wanted.set(name, planned);
    this.#missing.add(name);
    this.#memo.forget(name);
  }

  /** Another one of the same name may have come already. */
  #drop(planned: PlannedRouter): void {
    if (this.#wanted.get(planned.name) !== planned) return;
    this.#wanted.delete(planned.name);
    this.#memo.forget(planned.name);
  }

  #judge(planned: PlannedRouter, conflict: string | undefined): RouterOutcome {
    const warnings = misusesUplinks(planned) ? [] : missingEntryPoints(planned);
    if (conflict !== undefined) warnings.push(conflict);
    const outcome = (errors: readonly string[], middlewares: readonly string[], status: Status) => ({
      planned,
      status,
      errors: warnings.length + errors.length === 0 ? none : [...warnings, ...errors],
      middlewares,
      conflict,
      records: none,
    });
    if (misusesUplinks(planned)) return outcome([uplinkText], planned.middlewares, 'disabled');
    const fault = nowhereText(planned) ?? this.#checkBefore(planned);
    if (fault !== undefined) return outcome([fault], planned.middlewares, 'disabled');
    const parts = this.#buildParts(planned);
    const middlewares = qualified(planned);
    if ('error' in parts) return outcome([parts.error], middlewares, 'disabled');
    return {
      ...outcome([], middlewares, warnings.length > 0 ? 'warning' : 'enabled'),
      records: parts.records,
    };
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

  #buildParts(planned: PlannedRouter): { error: string } | { records: readonly WireRecord[] } {
    const { written, provider, ruleProblem, using } = planned;
    if (written.service === '') return { error: 'the service is missing on the router' };
    const service = qualify(written.service, provider);
    const serviceError = this.#init.services.build(service);
    if (serviceError !== undefined) return { error: serviceError };
    const expansion = this.#init.middlewares.expand(planned.middlewares, provider);
    if ('error' in expansion) return expansion;
    if (ruleProblem) return { error: `error while parsing rule ${written.rule}: ${ruleProblem.text}` };
    const uplinks = mapped(planned.uplinks, (uplink) => this.#init.exposedName(uplink, provider));
    const part = { service, middlewares: expansion.names, uplinks };
    const records = using.map((entryPoint) => this.#record(planned, { ...part, entryPoint }));
    const failed = records.find(({ name }) => this.#init.failure(name) !== undefined);
    return failed ? { error: this.#init.failure(failed.name)! } : { records };
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
      metrics: planned.observability.metrics,
      recursionGuard: written.defaultRule ? recursionMark(name) : undefined,
    });
  }
}

const none: readonly never[] = [];

/** Of most routers there is nothing to map, and no list needed for that. */
const mapped = (names: readonly string[], change: (name: string) => string): readonly string[] =>
  names.length === 0 ? none : names.map(change);

/** Its problems are told, or parents are told of it. */
function isRemarkable({ status, planned }: BuiltRouter): boolean {
  const { tls, ruleWarnings, uplinks } = planned;
  return status !== 'enabled' || Boolean(tls?.certResolver) || ruleWarnings.length > 0 || uplinks.length > 0;
}

const uplinkText = 'a router with uplinks has no entryPoints, tls or observability of its own';

function misusesUplinks({ written }: PlannedRouter): boolean {
  const { uplinks, entryPoints, tls, observability } = written;
  return uplinks.length > 0 && (entryPoints.length > 0 || Boolean(tls ?? observability));
}

/** It would serve parents, but the uplink table could place none of its uplinks, and has said why. */
export function isUnoffered(planned: PlannedRouter): boolean {
  return planned.uplinks.length > 0 && planned.entryPoints.length === 0 && !misusesUplinks(planned);
}

function nowhereText(planned: PlannedRouter): string | undefined {
  if (isUnoffered(planned)) return 'none of its uplinks is offered';
  return planned.using.length === 0 ? 'no valid entryPoint for this router' : undefined;
}

function missingEntryPoints({ entryPoints, using }: PlannedRouter): string[] {
  if (entryPoints === using) return [];
  const missing = new Set(entryPoints.filter((name) => !using.includes(name)));
  return [...missing].map((name) => `entryPoint "${name}" doesn't exist`);
}

function qualified({ middlewares, provider }: PlannedRouter): readonly string[] {
  return mapped(middlewares, (name) => qualify(name, provider));
}
