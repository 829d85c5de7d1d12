import type { Problem } from '../../model/problem.ts';
import type { MiddlewareOutcome } from './build-middlewares.ts';
import { type BuiltRouter, isUnoffered } from './build-routers.ts';
import type { ServiceOutcome } from './build-services.ts';
import type { HttpOutcome } from './http-build.ts';
import { type Merged, sourceOf } from './merge.ts';
import type { RuntimeStreamRouter } from './runtime-configuration.ts';
import type { ServiceChecks } from './service-checks.ts';
import { type Deprecation, tcpDeprecations } from './stream-deprecations.ts';
import { httpRemedy, type RouterRemedy, tcpRemedy, udpRemedy } from './router-remedies.ts';
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
/** The option is one of the element, as in labels. */
type Kind = Pick<Problem, 'code' | 'severity' | 'remedy'> & { readonly option?: string | undefined };

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
  for (const [name, { refusal }] of build.transports) gatherer.refusal('serversTransport', name, refusal);
  for (const [name, { refusal }] of build.tcp.transports)
    gatherer.refusal('tcp serversTransport', name, refusal);
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

  router(router: BuiltRouter): void {
    const { planned, status, errors } = router;
    const { origin: name, tls, ruleWarnings, written } = planned;
    if (status === 'enabled' && !tls?.certResolver && ruleWarnings.length === 0) return;
    if (status === 'warning' || (status === 'disabled' && !isUnoffered(planned)))
      this.#router(
        'router',
        { name, status, errors },
        httpRemedy(router, this.#merged, this.#entryPoints.normal),
      );
    const isOwn = written.tls !== undefined;
    if (tls?.certResolver) this.#resolver('router', name, { resolver: tls.certResolver, isOwn });
    const option = written.defaultRule ? undefined : 'rule';
    for (const { text, remedy } of ruleWarnings) {
      this.#add({ code: 'rule-suspicious', severity: 'warning', remedy, option }, `router ${name}`, text);
    }
  }

  #resolver(word: Word, router: string, { resolver, isOwn }: { resolver: string; isOwn: boolean }): void {
    const option = isOwn ? 'tls.certresolver' : undefined;
    const text = `The ${word} ${router} asks for certificates of "${resolver}"; it is served with the default certificate.`;
    const code = 'certificate-resolver-missing';
    const remedy = 'Certificates are not obtained by ACME yet: name them in tls.certificates.';
    this.#add({ code, severity: 'warning', remedy, option }, `${word} ${router}`, text);
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
    this.refusal('middleware', name, refusal);
  }

  refusal(word: Word, name: string, refusal: string | undefined): void {
    if (refusal === undefined) return;
    const text = sentence(`The ${word} ${name} goes on with what its files held before: ${refusal}`);
    this.#add({ code: 'named-file-unusable', severity: 'error' }, `${word} ${name}`, text);
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
      this.#router('tcp router', router, tcpRemedy(router, this.#merged, this.#entryPoints.normal));
    if (tls?.certResolver && !tls.passthrough)
      this.#resolver('tcp router', name, { resolver: tls.certResolver, isOwn: true });
  }

  deprecation({ word, name, option, remedy }: Deprecation): void {
    const text = `${option} of the ${word} ${name} is deprecated.`;
    const kind = {
      code: 'deprecated-option',
      severity: 'warning',
      remedy,
      option: option.toLowerCase(),
    } as const;
    this.#add(kind, `${word} ${name}`, text);
  }

  udpRouter(router: UdpOutcome['routers'][number]): void {
    if (router.status !== 'enabled')
      this.#router('udp router', router, udpRemedy(router, this.#merged, this.#entryPoints.udp));
  }

  #router(
    word: Word,
    { name, status, errors }: Pick<RuntimeStreamRouter<unknown>, 'name' | 'status' | 'errors'>,
    remedy: RouterRemedy,
  ): void {
    const served = status === 'warning' ? 'not served in full' : 'not served';
    const text = sentence(`The ${word} ${name} is ${served}: ${errors.join('; ')}`);
    const kind =
      status === 'warning'
        ? ({ code: 'router-incomplete', severity: 'warning' } as const)
        : ({ code: 'router-disabled', severity: 'error' } as const);
    this.#add({ ...kind, ...remedy }, `${word} ${name}`, text);
  }

  /** A label is named where it is one: what a container says is said in labels. */
  #add({ option, ...kind }: Kind, element: Word, text: string): void {
    const key = `${element} ${text}`;
    if (this.#problems.has(key)) return;
    const origin = sourceOf(this.#merged, element);
    const isLabel = option !== undefined && origin.container !== undefined;
    const source = isLabel ? { ...origin, label: labelOf(element, option) } : origin;
    this.#problems.set(key, { ...kind, source, text });
  }
}

/** As it is written: `tcp router r@docker` and `rule` are `traefik.tcp.routers.r.rule`. */
function labelOf(element: Word, option: string): string {
  const [, section = 'http', kind, name] = /^(?:(tcp|udp) )?(\w+) (.*)@/s.exec(element) ?? [];
  return `traefik.${section}.${kind}s.${name}.${option}`;
}

const sentence = (text: string) => (/[.?]$/.test(text) ? text : `${text}.`);
