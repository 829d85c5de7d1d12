import type { Usable } from '../../balancing/smooth-round-robin.ts';
import type { CellRef } from '../../model/wire.ts';
import { qualify } from '../qualified-name.ts';
import type { TcpMiddleware, TcpRouter, TcpService } from '../schema/tcp-section.ts';
import type { UdpRouter, UdpService } from '../schema/udp-section.ts';
import type { TcpMiddlewareOutcome } from './build-tcp-middlewares.ts';
import type { TransportOutcome } from './build-transports.ts';
import type { Element, Merged } from './merge.ts';
import type {
  RuntimeStreamRouter,
  RuntimeStreamService,
  RuntimeTcp,
  RuntimeUdp,
} from './runtime-configuration.ts';
import type { Checked } from './service-checks.ts';
import type { StreamServiceOutcome } from './stream-services.ts';
import { byName, usersOf } from './usage.ts';

export interface TcpOutcome {
  readonly routers: readonly RuntimeStreamRouter<TcpRouter>[];
  /** By qualified name, of those in use. */
  readonly services: ReadonlyMap<string, StreamServiceOutcome>;
  readonly middlewares: ReadonlyMap<string, TcpMiddlewareOutcome>;
  readonly transports: ReadonlyMap<string, TransportOutcome>;
}

export interface UdpOutcome {
  readonly routers: readonly RuntimeStreamRouter<UdpRouter>[];
  readonly services: ReadonlyMap<string, StreamServiceOutcome>;
}

/** How the servers of a service are, by the cell in which it stands. */
export type FlagsOf = (cell: CellRef) => Usable;

interface Surroundings {
  readonly merged: Merged;
  readonly flags: FlagsOf;
}

type Service = { readonly service: string };
type Routers<Written> = readonly RuntimeStreamRouter<Written>[];

/** What becomes of TCP as the API wants it: put in order when first asked for. */
export class TcpRuntime implements RuntimeTcp {
  readonly #outcome: Omit<TcpOutcome, 'transports'>;
  readonly #flags: FlagsOf;
  readonly #written: {
    readonly services: readonly Element<TcpService>[];
    readonly middlewares: readonly Element<TcpMiddleware>[];
  };
  #routers: RuntimeTcp['routers'] | undefined;
  #services: RuntimeTcp['services'] | undefined;
  #middlewares: RuntimeTcp['middlewares'] | undefined;

  constructor({ routers, services, middlewares }: TcpOutcome, { merged, flags }: Surroundings) {
    this.#flags = flags;
    // As they are now: both move on with the next build.
    this.#outcome = { routers, services: new Map(services), middlewares: new Map(middlewares) };
    this.#written = {
      services: [...merged.tcpServices.values()],
      middlewares: [...merged.tcpMiddlewares.values()],
    };
  }

  get routers(): RuntimeTcp['routers'] {
    return (this.#routers ??= this.#outcome.routers.toSorted(byName));
  }

  get services(): RuntimeTcp['services'] {
    return (this.#services ??= this.#allServices());
  }

  get middlewares(): RuntimeTcp['middlewares'] {
    return (this.#middlewares ??= this.#allMiddlewares());
  }

  #allServices(): RuntimeTcp['services'] {
    const { services } = this.#outcome;
    const users = usersOfServices(this.routers);
    const all = this.#written.services.map((element) => ({
      ...serviceOf({ ...element, value: withTransport(element) }, services, users),
      ...healthOf(services.get(element.name), this.#flags),
    }));
    return all.sort(byName);
  }

  #allMiddlewares(): RuntimeTcp['middlewares'] {
    const users = usersOf(
      this.routers.map(({ name, provider, written }) => [name, provider, written.middlewares]),
    );
    const all = this.#written.middlewares.map(({ name, provider, value }) => {
      const error = this.#outcome.middlewares.get(name)?.error;
      const status = error === undefined ? ('enabled' as const) : ('disabled' as const);
      const errors = error === undefined ? [] : [error];
      return { name, provider, status, errors, written: value, usedBy: users.get(name) ?? [] };
    });
    return all.sort(byName);
  }
}

/** The same of UDP. */
export class UdpRuntime implements RuntimeUdp {
  readonly #outcome: UdpOutcome;
  readonly #written: readonly Element<UdpService>[];
  #services: RuntimeUdp['services'] | undefined;

  constructor({ routers, services }: UdpOutcome, { merged }: Pick<Surroundings, 'merged'>) {
    this.#outcome = { routers, services: new Map(services) };
    this.#written = [...merged.udpServices.values()];
  }

  /** Sorted as they come. */
  get routers(): RuntimeUdp['routers'] {
    return this.#outcome.routers;
  }

  get services(): RuntimeUdp['services'] {
    this.#services ??= this.#allServices();
    return this.#services;
  }

  #allServices(): RuntimeUdp['services'] {
    const users = usersOfServices(this.routers);
    return this.#written.map((element) => serviceOf(element, this.#outcome.services, users)).sort(byName);
  }
}

const usersOfServices = (routers: Routers<Service>): Map<string, string[]> =>
  usersOf(routers.map(({ name, provider, written }) => [name, provider, [written.service]]));

/** What is wrong with a service is told by the routers that need it. */
function serviceOf<Written>(
  { name, provider, value }: Element<Written>,
  outcomes: ReadonlyMap<string, StreamServiceOutcome>,
  users: ReadonlyMap<string, readonly string[]>,
): RuntimeStreamService<Written> {
  const built = outcomes.get(name)?.record !== undefined;
  const usedBy = users.get(name) ?? [];
  return { name, provider, status: 'enabled', errors: [], written: value, built, health: undefined, usedBy };
}

export function healthOf(
  outcome: Checked | undefined,
  flags: FlagsOf,
): { readonly health: Usable | undefined } {
  return { health: outcome?.checks && flags(outcome.checks.flags) };
}

function withTransport({ value, provider }: Element<TcpService>): TcpService {
  const { loadBalancer } = value;
  if (!loadBalancer?.serversTransport) return value;
  const serversTransport = qualify(loadBalancer.serversTransport, provider);
  return { ...value, loadBalancer: { ...loadBalancer, serversTransport } };
}
