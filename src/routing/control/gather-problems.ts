import type { Problem } from '../../model/problem.ts';
import { qualify } from '../qualified-name.ts';
import type { MiddlewareOutcome } from './build-middlewares.ts';
import { type BuiltRouter, isUnoffered } from './build-routers.ts';
import type { ServiceOutcome } from './build-services.ts';
import type { HttpOutcome } from './http-build.ts';
import { type Merged, sourceOf } from './merge.ts';
import type { PlannedRouter } from './plan-router.ts';
import type { RuntimeStreamRouter } from './runtime-configuration.ts';
import type { ServiceChecks } from './service-checks.ts';
import { type Deprecation, tcpDeprecations } from './stream-deprecations.ts';
import { didYouMean, type StreamRemedy, tcpRemedy, udpRemedy } from './stream-remedy.ts';
import type { TcpOutcome, UdpOutcome } from './stream-runtime.ts';

export interface JudgedBuild extends HttpOutcome {
  readonly merged: Merged;
  readonly tcp: TcpOutcome;
  readonly udp: UdpOutcome;
}

/** Those that routers may name. */
interface EntryPointNames {
  readonly normal: readonly string[];
  readonly udp: readonly string[];
}

type Word = Parameters<typeof sourceOf>[1];
type Remedy = Pick<Problem, 'remedy'>;
type Kind = Pick<Problem, 'code' | 'severity' | 'remedy'> & { readonly label?: string };

const disabled = { service: 'service-disabled', middleware: 'middleware-disabled' } as const;

/** Everything that is wrong with what was built, each mistake once. */
export function gatherProblems(build: JudgedBuild, entryPoints: EntryPointNames): Problem[] {
  const gatherer = new Gatherer(build.merged, entryPoints);
  for (const router of build.routers) gatherer.router(router);
  for (const [name, outcome] of build.services) {
    gatherer.service(name, outcome);
    gatherer.checks(outcome.checks);
  }
  for (const [name, outcome] of build.middlewares) gatherer.middleware(name, outcome);
  for (const router of build.tcp.routers) gatherer.tcpRouter(router);
  for (const { checks } of build.tcp.services.values()) gatherer.checks(checks);
  for (const router of build.udp.routers) gatherer.udpRouter(router);
  for (const deprecation of tcpDeprecations(build.tcp, build.merged)) gatherer.deprecation(deprecation);
  return gatherer.problems();
}

class Gatherer {
  readonly #merged: Merged;
  readonly #entryPoints: EntryPointNames;
  readonly #problems = new Map<string, Problem>();

  constructor(merged: Merged, entryPoints: EntryPointNames) {
    this.#merged = merged;
    this.#entryPoints = entryPoints;
  }

  problems(): Problem[] {
    const reported = this.#merged.snapshots.flatMap(({ problems }) => problems);
    return [...reported, ...this.#problems.values()];
  }

  router({ planned, status, errors }: BuiltRouter): void {
    const { origin, tls, ruleWarnings } = planned;
    if (status === 'enabled' && !tls?.certResolver && ruleWarnings.length === 0) return;
    const element = `router ${origin}`;
    if (status === 'disabled' && !isUnoffered(planned)) {
      const text = sentence(`The router ${origin} is not served: ${errors.join('; ')}`);
      this.#add({ code: 'router-disabled', severity: 'error', ...this.#remedy(planned) }, element, text);
    } else if (status === 'warning') {
      const text = sentence(`The router ${origin} is not served in full: ${errors.join('; ')}`);
      this.#add({ code: 'router-incomplete', severity: 'warning', ...this.#remedy(planned) }, element, text);
    }
    if (tls?.certResolver) this.#resolver('router', origin, tls.certResolver);
    for (const { text, remedy } of ruleWarnings) {
      this.#add({ code: 'rule-suspicious', severity: 'warning', remedy }, element, text);
    }
  }

  /** What to write instead: for names that lead nowhere, the nearest that leads somewhere. */
  #remedy({ written, provider, ruleProblem, entryPoints, using, middlewares }: PlannedRouter): Remedy {
    if (ruleProblem?.remedy !== undefined) return { remedy: ruleProblem.remedy };
    const wrong = entryPoints.find((name) => !using.includes(name));
    if (wrong !== undefined && written.uplinks.length === 0)
      return didYouMean(wrong, this.#entryPoints.normal);
    const { services, middlewares: known } = this.#merged;
    if (written.service !== '' && !services.has(qualify(written.service, provider)))
      return didYouMean(qualify(written.service, provider), services.keys());
    const names = middlewares.map((name) => qualify(name, provider));
    const missing = names.find((name) => !known.has(name));
    return missing === undefined ? {} : didYouMean(missing, known.keys());
  }

  #resolver(word: Word, router: string, resolver: string): void {
    const text = `The ${word} ${router} asks for certificates of "${resolver}"; it is served with the default certificate.`;
    const code = 'certificate-resolver-missing';
    const remedy = 'Certificates are not obtained by ACME yet: name them in tls.certificates.';
    this.#add({ code, severity: 'warning', remedy }, `${word} ${router}`, text);
  }

  service(name: string, { error, awaited, otherStrategy }: ServiceOutcome): void {
    if (error !== undefined && this.#merged.services.has(name)) this.fault('service', name, error);
    if (awaited) {
      const text = `No child has advertised ${name} yet: requests for it are answered 503.`;
      this.#add({ code: 'uplink-not-seen', severity: 'warning' }, `service ${name}`, text);
    }
    if (otherStrategy !== undefined) {
      const text = `The service ${name} asks for strategy "${otherStrategy}", which is not there yet: its servers take turns.`;
      this.#add({ code: 'not-yet', severity: 'warning' }, `service ${name}`, text);
    }
  }

  middleware(name: string, { error, refusal }: MiddlewareOutcome): void {
    this.fault('middleware', name, error);
    if (refusal === undefined) return;
    const text = sentence(`The middleware ${name} goes on with what its files held before: ${refusal}`);
    this.#add({ code: 'middleware-file-unusable', severity: 'error' }, `middleware ${name}`, text);
  }

  fault(kind: 'service' | 'middleware', name: string, error: string | undefined): void {
    if (error === undefined) return;
    const text = sentence(`The ${kind} ${name} cannot be used: ${error}`);
    this.#add({ code: disabled[kind], severity: 'error' }, `${kind} ${name}`, text);
  }

  checks(checks: ServiceChecks | undefined): void {
    if (checks?.remark === undefined) return;
    const text = sentence(`The ${checks.element} is not checked as it was written: ${checks.remark}`);
    this.#add({ code: 'wrong-value', severity: 'warning' }, checks.element, text);
  }

  tcpRouter(router: TcpOutcome['routers'][number]): void {
    const { name, status, written } = router;
    const { tls } = written;
    if (status !== 'enabled')
      this.#stream('tcp router', router, tcpRemedy(router, this.#merged, this.#entryPoints.normal));
    if (tls?.certResolver && !tls.passthrough) this.#resolver('tcp router', name, tls.certResolver);
  }

  deprecation({ word, name, option, remedy }: Deprecation): void {
    const text = `${option} of the ${word} ${name} is deprecated.`;
    const label = labelOf(word, name, option.toLowerCase());
    this.#add({ code: 'deprecated-option', severity: 'warning', remedy, label }, `${word} ${name}`, text);
  }

  udpRouter(router: UdpOutcome['routers'][number]): void {
    if (router.status !== 'enabled')
      this.#stream('udp router', router, udpRemedy(router, this.#merged, this.#entryPoints.udp));
  }

  #stream(word: Word, router: RuntimeStreamRouter<unknown>, { option, ...remedy }: StreamRemedy): void {
    const { name, status, errors } = router;
    const served = status === 'warning' ? 'not served in full' : 'not served';
    const text = sentence(`The ${word} ${name} is ${served}: ${errors.join('; ')}`);
    const kind =
      status === 'warning'
        ? ({ code: 'router-incomplete', severity: 'warning' } as const)
        : ({ code: 'router-disabled', severity: 'error' } as const);
    const label = option === undefined ? {} : { label: labelOf(word, name, option) };
    this.#add({ ...kind, ...remedy, ...label }, `${word} ${name}`, text);
  }

  /** A label is named where it is one: what a container says is said in labels. */
  #add({ label, ...kind }: Kind, element: Word, text: string): void {
    const key = `${element} ${text}`;
    if (this.#problems.has(key)) return;
    const origin = sourceOf(this.#merged, element);
    const source = label !== undefined && origin.container !== undefined ? { ...origin, label } : origin;
    this.#problems.set(key, { ...kind, source, text });
  }
}

/** As it is written: `tcp router r@docker` and `rule` are `traefik.tcp.routers.r.rule`. */
const labelOf = (word: Word, name: string, option: string): string =>
  `traefik.${word.replace(' ', '.')}s.${name.slice(0, name.lastIndexOf('@'))}.${option}`;

const sentence = (text: string) => (/[.?]$/.test(text) ? text : `${text}.`);
