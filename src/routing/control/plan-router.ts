import { parseRule } from '../../rules/parse-rule.ts';
import type { RuleProblem } from '../../rules/rule-problem.ts';
import { qualifyTlsOptions } from '../qualified-name.ts';
import type { HttpRouter, RouterObservability, RouterTls } from '../schema/router.ts';
import type { EntryPointModel, EntryPointModels } from './entry-point-models.ts';
import type { Element } from './merge.ts';

/** A router as it runs: one that is written becomes several when its entry points have something to add. */
export interface PlannedRouter {
  /** Qualified; begins with the entry point's name when it stands for a part of the router. */
  readonly name: string;
  /** Of the router as it was written. */
  readonly origin: string;
  readonly provider: string;
  readonly written: HttpRouter;
  /** As named, whether they exist or not. */
  readonly entryPoints: readonly string[];
  /** Those of them that exist. */
  readonly using: readonly string[];
  /** As named, those of the entry point first. */
  readonly middlewares: readonly string[];
  readonly tls: RouterTls | undefined;
  /** Qualified name of the TLS options its connections must have; undefined where there is no choice. */
  readonly tlsOptions: string | undefined;
  readonly observability: Required<RouterObservability>;
  readonly deniedEscapes: readonly string[];
  readonly ruleSyntax: string;
  /** Undefined when there is nowhere to be served. */
  readonly priority: bigint | undefined;
  /** The hosts that the rule names; undefined when it cannot be read. */
  readonly domains: readonly string[] | undefined;
  readonly ruleProblem: RuleProblem | undefined;
  readonly ruleWarnings: readonly RuleProblem[];
  /** For parents only. */
  readonly uplinks: readonly string[];
}

/** `entryPoints` stand in the place of none given. */
export function planRouter(
  element: Element<HttpRouter>,
  entryPoints: readonly string[],
  models: EntryPointModels,
): PlannedRouter[] {
  const { value } = element;
  const names = value.entryPoints.length > 0 ? value.entryPoints : entryPoints;
  const planner = new Planner(element, models);
  if (names.every((name) => models.model(name) === undefined)) return [planner.part(element.name, names)];
  const plain = names.filter((name) => models.model(name) === undefined);
  const parts = names.flatMap((name) => {
    const model = models.model(name);
    if (!model) return [];
    const own = names.length === 1 ? element.name : `${name}-${element.name}`;
    return [planner.part(own, [name], model)];
  });
  return plain.length > 0 ? [planner.part(element.name, plain), ...parts] : parts;
}

/** Plans the parts of one router; they share its rule. */
class Planner {
  readonly #element: Element<HttpRouter>;
  readonly #models: EntryPointModels;
  readonly #syntax: string;
  readonly #read: ReadRule;

  constructor(element: Element<HttpRouter>, models: EntryPointModels) {
    this.#element = element;
    this.#models = models;
    this.#syntax = element.value.ruleSyntax || models.defaultRuleSyntax;
    this.#read = readRule(element.value.rule, this.#syntax);
  }

  part(name: string, entryPoints: readonly string[], model?: EntryPointModel): PlannedRouter {
    const { name: origin, provider, value } = this.#element;
    const using = this.#admitted(entryPoints);
    const byEntryPoint = using.some((each) => this.#models.isUplink(each));
    const tls = value.tls ?? model?.tls;
    return {
      name,
      origin,
      provider,
      written: value,
      entryPoints,
      using,
      middlewares: model ? [...model.middlewares, ...value.middlewares] : value.middlewares,
      tls,
      tlsOptions: tls && !byEntryPoint ? qualifyTlsOptions(tls.options, provider) : undefined,
      observability: observabilityOf(value.observability, model?.observability),
      deniedEscapes: model?.deniedEscapes ?? none,
      ruleSyntax: this.#syntax,
      priority: using.length > 0 ? this.#priority() : undefined,
      uplinks: value.uplinks,
      ...this.#read,
    };
  }

  /** Mostly all: then it is the same list, of which there are very many. */
  #admitted(entryPoints: readonly string[]): readonly string[] {
    const names = new Set(entryPoints);
    const admitted = entryPoints.every((each) => this.#admits(each));
    if (admitted && names.size === entryPoints.length) return entryPoints;
    return [...names].filter((each) => this.#admits(each));
  }

  #admits(entryPoint: string): boolean {
    const { provider, value } = this.#element;
    const normal = this.#models.isNormal(entryPoint);
    if (provider === 'internal') return normal || this.#models.isUplink(entryPoint);
    return value.uplinks.length > 0 ? this.#models.isUplink(entryPoint) : normal;
  }

  #priority(): bigint {
    const { priority, rule } = this.#element.value;
    return priority === 0n ? BigInt(Buffer.byteLength(rule)) : priority;
  }
}

type ReadRule = Pick<PlannedRouter, 'domains' | 'ruleProblem' | 'ruleWarnings'>;

/** Matching is for the workers: of its matchers nothing is kept. */
function readRule(text: string, syntax: string): ReadRule {
  const parsed = parseRule(text, { syntax: syntax === 'v2' ? 'v2' : 'v3', protocol: 'http' });
  if ('problem' in parsed) return { domains: undefined, ruleProblem: parsed.problem, ruleWarnings: none };
  const { rule, warnings } = parsed;
  return {
    domains: rule.domains,
    ruleProblem: undefined,
    ruleWarnings: warnings.length === 0 ? none : warnings,
  };
}

const none: readonly never[] = [];

const observedAsUsual: Required<RouterObservability> = {
  accessLogs: true,
  metrics: true,
  tracing: true,
  traceVerbosity: 'minimal',
};

function observabilityOf(
  own: RouterObservability | undefined,
  given: EntryPointModel['observability'],
): Required<RouterObservability> {
  if (!own && !given) return observedAsUsual;
  return {
    accessLogs: own?.accessLogs ?? given?.accessLogs ?? true,
    metrics: own?.metrics ?? given?.metrics ?? true,
    tracing: own?.tracing ?? given?.tracing ?? true,
    traceVerbosity: own?.traceVerbosity || given?.traceVerbosity || 'minimal',
  };
}
