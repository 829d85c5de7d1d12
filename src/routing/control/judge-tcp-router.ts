import type { TcpRouterRecord } from '../../model/wire.ts';
import { isWellFormed, parseRule } from '../../rules/parse-rule.ts';
import { qualify, qualifyTlsOptions } from '../qualified-name.ts';
import type { TcpRouter } from '../schema/tcp-section.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import type { Element } from './merge.ts';
import type { RuntimeStreamRouter } from './runtime-configuration.ts';

export interface TcpRouterSurroundings {
  readonly models: EntryPointModels;
  readonly hasTlsOptions: (name: string) => boolean;
  /** Why one, by qualified name, cannot be used. */
  readonly service: (name: string) => string | undefined;
  readonly middleware: (name: string) => string | undefined;
  /** What workers have said about a router on an entry point. */
  readonly failure: (nameAndEntryPoint: string) => string | undefined;
}

export interface JudgedTcpRouter {
  readonly runtime: RuntimeStreamRouter<TcpRouter>;
  /** Undefined when it is not served. */
  readonly value: Omit<TcpRouterRecord, 'entryPoint' | 'precedence'> | undefined;
}

export function judgeTcpRouter(
  element: Element<TcpRouter>,
  surroundings: TcpRouterSurroundings,
): JudgedTcpRouter {
  return new TcpRouterJudge(element, surroundings).judge();
}

class TcpRouterJudge {
  readonly #element: Element<TcpRouter>;
  readonly #surroundings: TcpRouterSurroundings;
  readonly #syntax: 'v2' | 'v3';

  constructor(element: Element<TcpRouter>, surroundings: TcpRouterSurroundings) {
    this.#element = element;
    this.#surroundings = surroundings;
    const syntax = element.value.ruleSyntax || surroundings.models.defaultRuleSyntax;
    this.#syntax = syntax === 'v2' ? 'v2' : 'v3';
  }

  judge(): JudgedTcpRouter {
    const { models } = this.#surroundings;
    const { name, provider, value } = this.#element;
    const entryPoints = value.entryPoints.length > 0 ? value.entryPoints : [...models.defaults];
    const using = [...new Set(entryPoints)].filter((each) => models.isNormal(each));
    const missing = new Set(entryPoints.filter((each) => !using.includes(each)));
    const errors = [...missing].map((each) => `entryPoint "${each}" doesn't exist`);
    const judged = { name, provider, using };
    if (using.length === 0) {
      const all = [...errors, 'no valid entryPoint for this router'];
      const written = { ...value, entryPoints };
      return { runtime: { ...judged, status: 'disabled', errors: all, written }, value: undefined };
    }
    const { error, looked } = this.#fault(using);
    const middlewares = looked ? this.#middlewares() : value.middlewares;
    const written = { ...value, entryPoints, middlewares, priority: value.priority || this.#priority() };
    if (error !== undefined)
      return {
        runtime: { ...judged, status: 'disabled', errors: [...errors, error], written },
        value: undefined,
      };
    const status = errors.length > 0 ? 'warning' : 'enabled';
    return { runtime: { ...judged, status, errors, written }, value: this.#value() };
  }

  #value(): JudgedTcpRouter['value'] {
    const { name, provider, value } = this.#element;
    const { tls } = value;
    return {
      router: name,
      rule: value.rule,
      ruleSyntax: this.#syntax,
      priority: value.priority || this.#priority(),
      tls: tls && { passthrough: tls.passthrough, options: qualifyTlsOptions(tls.options, provider) },
      middlewares: this.#middlewares(),
      service: qualify(value.service, provider),
    };
  }

  #middlewares(): string[] {
    const { provider, value } = this.#element;
    return value.middlewares.map((each) => qualify(each, provider));
  }

  /** In Traefik's order, which shows in what else counts as used. `looked`: as far as its middlewares. */
  #fault(using: readonly string[]): { error: string | undefined; looked: boolean } {
    const early = this.#shapeFault() ?? this.#tlsFault();
    if (early !== undefined) return { error: early, looked: false };
    const { provider, value } = this.#element;
    const { service, failure } = this.#surroundings;
    const error =
      service(qualify(value.service, provider)) ??
      this.#middlewaresFault() ??
      this.#ruleFault() ??
      using.map((entryPoint) => failure(`${this.#element.name} ${entryPoint}`)).find(Boolean);
    return { error, looked: true };
  }

  #shapeFault(): string | undefined {
    const { rule, tls } = this.#element.value;
    if (!isWellFormed(rule)) return this.#ruleFault();
    const parsed = this.#parse();
    if (tls || 'problem' in parsed || parsed.rule.domains.length === 0) return undefined;
    return `invalid rule: "${rule}" has a HostSNI matcher, but the router has no TLS`;
  }

  #ruleFault(): string | undefined {
    const parsed = this.#parse();
    if (!('problem' in parsed)) return undefined;
    return `invalid rule: "${this.#element.value.rule}": ${parsed.problem.text}`;
  }

  #parse() {
    return parseRule(this.#element.value.rule, { syntax: this.#syntax, protocol: 'tcp' });
  }

  #tlsFault(): string | undefined {
    const { provider, value } = this.#element;
    const options = value.tls && qualifyTlsOptions(value.tls.options, provider);
    if (options === undefined || this.#surroundings.hasTlsOptions(options)) return undefined;
    return `unknown TLS options: ${options}`;
  }

  #middlewaresFault(): string | undefined {
    for (const name of this.#middlewares().reverse()) {
      const error = this.#surroundings.middleware(name);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  #priority(): bigint {
    const { rule } = this.#element.value;
    return rule === 'HostSNI(`*`)' ? -1n : BigInt(Buffer.byteLength(rule));
  }
}
