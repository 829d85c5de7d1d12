import { providerOf, qualify } from '../qualified-name.ts';
import type { HttpMiddleware } from '../schema/middlewares.ts';
import type { HttpService } from '../schema/service.ts';
import type { MiddlewareOutcome } from './build-middlewares.ts';
import type { BuiltRouter } from './build-routers.ts';
import type { ServiceOutcome } from './build-services.ts';
import type { HttpOutcome } from './http-build.ts';
import type { Element, Merged } from './merge.ts';
import type {
  RuntimeConfiguration,
  RuntimeMiddleware,
  RuntimeService,
  RuntimeTcp,
  RuntimeUdp,
  RuntimeUplink,
} from './runtime-configuration.ts';
import { stickyCookieName } from './sticky-cookie-name.ts';
import {
  type FlagsOf,
  healthOf,
  type TcpOutcome,
  TcpRuntime,
  type UdpOutcome,
  UdpRuntime,
} from './stream-runtime.ts';
import { byName, usersOf } from './usage.ts';

export interface FinishedBuild extends HttpOutcome {
  readonly merged: Merged;
  readonly tcp: TcpOutcome;
  readonly udp: UdpOutcome;
  readonly uplinks: readonly RuntimeUplink[];
  readonly flags: FlagsOf;
}

/**
 * The outcome of a build as the API wants it. Put in order when first asked for: most builds are never
 * looked at.
 */
export class Runtime implements RuntimeConfiguration {
  readonly #build: FinishedBuild;
  /** As they are now: what all providers say moves on. */
  readonly #written: {
    readonly services: readonly Element<HttpService>[];
    readonly middlewares: readonly Element<HttpMiddleware>[];
  };
  readonly #outcomes: {
    readonly services: KeptMap<ServiceOutcome>;
    readonly middlewares: KeptMap<MiddlewareOutcome>;
  };
  readonly tcp: RuntimeTcp;
  readonly udp: RuntimeUdp;
  #routers: readonly BuiltRouter[] | undefined;
  #services: readonly RuntimeService[] | undefined;
  #middlewares: readonly RuntimeMiddleware[] | undefined;

  constructor(build: FinishedBuild) {
    const { services, middlewares } = build.merged;
    this.#build = build;
    this.tcp = new TcpRuntime(build.tcp, build);
    this.udp = new UdpRuntime(build.udp, build);
    this.#outcomes = { services: new KeptMap(build.services), middlewares: new KeptMap(build.middlewares) };
    this.#written = { services: [...services.values()], middlewares: [...middlewares.values()] };
  }

  get routers(): readonly BuiltRouter[] {
    this.#routers ??= this.#build.routers.toSorted((a, b) => byName(a.planned, b.planned));
    return this.#routers;
  }

  get services(): readonly RuntimeService[] {
    this.#services ??= this.#allServices();
    return this.#services;
  }

  get middlewares(): readonly RuntimeMiddleware[] {
    this.#middlewares ??= this.#allMiddlewares();
    return this.#middlewares;
  }

  get uplinks(): readonly RuntimeUplink[] {
    return this.#build.uplinks;
  }

  #allServices(): RuntimeService[] {
    const outcomes = this.#outcomes.services.map;
    const users = usersOf(
      this.routers
        .filter(({ planned }) => !isUnreachable(planned))
        .map(({ planned: { name, provider, written } }) => [name, provider, [written.service]]),
    );
    const all = this.#written.services.map(({ name, provider, value }) => ({
      name,
      provider,
      ...judged(outcomes.get(name)?.error),
      written: withCookieName(name, qualifiedTransport(value, provider)),
      built: outcomes.get(name)?.built ?? false,
      ...healthOf(outcomes.get(name), this.#build.flags),
      usedBy: users.get(name) ?? [],
    }));
    return all.sort(byName);
  }

  #allMiddlewares(): RuntimeMiddleware[] {
    const outcomes = this.#outcomes.middlewares.map;
    const users = usersOf(
      this.routers.map(({ planned, middlewares: names }) => [planned.name, planned.provider, names]),
    );
    const all = this.#written.middlewares.map(({ name, provider, value }) => ({
      name,
      provider,
      ...judged(outcomes.get(name)?.error),
      written: outcomes.get(name)?.isChain ? qualifiedChain(value, provider) : value,
      usedBy: users.get(name) ?? [],
    }));
    return all.sort(byName);
  }
}

/** A map as it was: kept as lists, which cost little, until somebody asks. */
class KeptMap<T> {
  readonly #names: readonly string[];
  readonly #values: readonly T[];

  constructor(map: ReadonlyMap<string, T>) {
    this.#names = [...map.keys()];
    this.#values = [...map.values()];
  }

  get map(): ReadonlyMap<string, T> {
    return new Map(this.#names.map((name, place) => [name, this.#values[place]!]));
  }
}

type Written<T extends { readonly written: unknown }> = T['written'];

function judged(error: string | undefined): Pick<RuntimeService, 'status' | 'errors'> {
  return error === undefined ? { status: 'enabled', errors: [] } : { status: 'disabled', errors: [error] };
}

/** A name with an `@` of its own: what it refers to cannot be said. */
const isUnreachable = ({ origin, provider }: { origin: string; provider: string }) =>
  origin.slice(0, -provider.length - 1).includes('@') && providerOf(origin) !== 'internal';

function qualifiedTransport(value: Written<RuntimeService>, provider: string): Written<RuntimeService> {
  const { loadBalancer } = value;
  if (!loadBalancer?.serversTransport) return value;
  const serversTransport = qualify(loadBalancer.serversTransport, provider);
  return { ...value, loadBalancer: { ...loadBalancer, serversTransport } };
}

/** The name of the cookie as it will be sent: made from that of the service, or of what a cookie can be called. */
function withCookieName(service: string, value: Written<RuntimeService>): Written<RuntimeService> {
  const { loadBalancer } = value;
  const cookie = loadBalancer?.sticky?.cookie;
  if (!cookie) return value;
  const name = stickyCookieName(cookie.name, service);
  return { ...value, loadBalancer: { ...loadBalancer, sticky: { cookie: { ...cookie, name } } } };
}

function qualifiedChain(value: Written<RuntimeMiddleware>, provider: string): Written<RuntimeMiddleware> {
  const members = value.chain?.middlewares ?? [];
  return { ...value, chain: { middlewares: members.map((member) => qualify(member, provider)) } };
}
