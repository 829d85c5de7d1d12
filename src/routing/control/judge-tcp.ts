import { parseRule } from '../../rules/parse-rule.ts';
import { qualify, qualifyTlsOptions } from '../qualified-name.ts';
import type { TcpMiddleware, TcpRouter, TcpService } from '../schema/tcp-section.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import type { Element, Merged } from './merge.ts';
import type { RuntimeStreamRouter, RuntimeTcp } from './runtime-configuration.ts';
import { byName, usersOf } from './usage.ts';

export interface TcpSurroundings {
  readonly merged: Merged;
  readonly models: EntryPointModels;
  readonly hasTlsOptions: (name: string) => boolean;
}

/**
 * TCP routers are not served yet; they are judged all the same, so that the API tells what is wrong with
 * them.
 */
export function judgeTcp(surroundings: TcpSurroundings): RuntimeTcp {
  return new TcpJudge(surroundings).judge();
}

class TcpJudge {
  readonly #surroundings: TcpSurroundings;
  readonly #built = new Set<string>();
  readonly #middlewareErrors = new Map<string, string>();

  constructor(surroundings: TcpSurroundings) {
    this.#surroundings = surroundings;
  }

  judge(): RuntimeTcp {
    const { merged } = this.#surroundings;
    const routers = [...merged.tcpRouters.values()].map((element) => this.#router(element)).sort(byName);
    const serviceUsers = usersOf(
      routers.map(({ name, provider, written }) => [name, provider, [written.service]]),
    );
    const middlewareUsers = usersOf(
      routers.map(({ name, provider, written }) => [name, provider, written.middlewares]),
    );
    const services = [...merged.tcpServices.values()].map(({ name, provider, value }) => ({
      name,
      provider,
      status: 'enabled' as const,
      errors: [],
      written: withTransport(value, provider),
      built: this.#built.has(name),
      usedBy: serviceUsers.get(name) ?? [],
    }));
    const middlewares = [...merged.tcpMiddlewares.values()].map(({ name, provider, value }) => {
      const error = this.#middlewareErrors.get(name);
      const status = error === undefined ? ('enabled' as const) : ('disabled' as const);
      const errors = error === undefined ? [] : [error];
      return { name, provider, status, errors, written: value, usedBy: middlewareUsers.get(name) ?? [] };
    });
    return { routers, services: services.sort(byName), middlewares: middlewares.sort(byName) };
  }

  #router({ name, provider, value }: Element<TcpRouter>): RuntimeStreamRouter<TcpRouter> {
    const { models } = this.#surroundings;
    const entryPoints = value.entryPoints.length > 0 ? value.entryPoints : [...models.defaults];
    const using = [...new Set(entryPoints)].filter((each) => models.isNormal(each));
    const missing = new Set(entryPoints.filter((each) => !using.includes(each)));
    const errors = [...missing].map((each) => `entryPoint "${each}" doesn't exist`);
    const judged = { name, provider, using };
    if (using.length === 0) {
      const all = [...errors, 'no valid entryPoint for this router'];
      return { ...judged, status: 'disabled', errors: all, written: { ...value, entryPoints } };
    }
    const { error, looked } = this.#fault(value, provider);
    const middlewares = looked ? value.middlewares.map((each) => qualify(each, provider)) : value.middlewares;
    const written = { ...value, entryPoints, middlewares, priority: value.priority || priorityOf(value) };
    if (error !== undefined) return { ...judged, status: 'disabled', errors: [...errors, error], written };
    return { ...judged, status: errors.length > 0 ? 'warning' : 'enabled', errors, written };
  }

  /** `looked`: as far as its middlewares. */
  #fault(router: TcpRouter, provider: string): { error: string | undefined; looked: boolean } {
    const early = this.#ruleFault(router) ?? this.#tlsFault(router, provider);
    if (early !== undefined) return { error: early, looked: false };
    const service = this.#serviceFault(qualify(router.service, provider));
    const error = service ?? this.#middlewaresFault(router.middlewares, provider);
    return { error, looked: true };
  }

  #ruleFault({ rule, ruleSyntax, tls }: TcpRouter): string | undefined {
    const parsed = parseRule(rule, { syntax: ruleSyntax === 'v2' ? 'v2' : 'v3', protocol: 'tcp' });
    if ('problem' in parsed) return `invalid rule: "${rule}": ${parsed.problem.text}`;
    if (tls || parsed.rule.domains.length === 0) return undefined;
    return `invalid rule: "${rule}" has a HostSNI matcher, but the router has no TLS`;
  }

  #tlsFault({ tls }: TcpRouter, provider: string): string | undefined {
    const options = tls && qualifyTlsOptions(tls.options, provider);
    if (options === undefined || this.#surroundings.hasTlsOptions(options)) return undefined;
    return `unknown TLS options: ${options}`;
  }

  #serviceFault(name: string): string | undefined {
    const { merged } = this.#surroundings;
    const element = merged.tcpServices.get(name);
    if (!element) return `the service "${name}" does not exist`;
    const { loadBalancer, weighted } = element.value;
    if (!loadBalancer && !weighted) return `the service "${name}" does not have any type defined`;
    const { version } = loadBalancer?.proxyProtocol ?? { version: 1 };
    if (version !== 1 && version !== 2) return `unknown proxyProtocol version: ${version}`;
    const transport = loadBalancer?.serversTransport ?? '';
    const wanted = qualify(transport, element.provider);
    if (transport !== '' && wanted !== 'default@internal' && !merged.tcpServersTransports.has(wanted))
      return `the serversTransport "${wanted}" does not exist`;
    this.#built.add(name);
    return undefined;
  }

  #middlewaresFault(names: readonly string[], provider: string): string | undefined {
    for (const name of names.map((each) => qualify(each, provider)).reverse()) {
      const element = this.#surroundings.merged.tcpMiddlewares.get(name);
      if (!element) return `the middleware "${name}" does not exist`;
      const error = middlewareFault(element.value);
      if (error === undefined) continue;
      this.#middlewareErrors.set(name, error);
      return error;
    }
    return undefined;
  }
}

function middlewareFault({ inFlightConn, ipAllowList, ipWhiteList }: TcpMiddleware): string | undefined {
  const given = [inFlightConn, ipAllowList, ipWhiteList].filter((kind) => kind !== undefined);
  if (given.length !== 1) return 'a middleware has exactly one kind';
  const { sourceRange = ['any'] } = ipAllowList ?? ipWhiteList ?? {};
  return sourceRange.length === 0 ? 'sourceRange is empty' : undefined;
}

function priorityOf({ rule }: TcpRouter): bigint {
  return rule === 'HostSNI(`*`)' ? -1n : BigInt(Buffer.byteLength(rule));
}

function withTransport(service: TcpService, provider: string): TcpService {
  const { loadBalancer } = service;
  if (!loadBalancer?.serversTransport) return service;
  const serversTransport = qualify(loadBalancer.serversTransport, provider);
  return { ...service, loadBalancer: { ...loadBalancer, serversTransport } };
}
