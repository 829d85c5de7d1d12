import { isDeepStrictEqual } from 'node:util';
import type { Definition } from './part.ts';

/** What the definitions of one name become. */
export interface Combination {
  readonly element: unknown;
  readonly winner: Definition;
  /** Those that say something else. */
  readonly losers: readonly Definition[];
}

/** What two containers define differently stays as the older one has it; replicas add their servers to one service. */
export function combine(definitions: readonly Definition[]): Combination {
  const winner = definitions.reduce(older);
  const losers = definitions.filter((one) => !isSame(one.element, winner.element));
  const equal = definitions.filter((one) => !losers.includes(one));
  const element = equal.length > 1 ? withServersOf(winner.element, equal) : winner.element;
  return { element, winner, losers };
}

function older(one: Definition, other: Definition): Definition {
  const [a, b] = [one.part.container, other.part.container];
  const byTime = Date.parse(a.created) - Date.parse(b.created);
  if (Number.isNaN(byTime) || byTime === 0) return a.id <= b.id ? one : other;
  return byTime < 0 ? one : other;
}

interface Balanced {
  readonly loadBalancer?: { readonly servers: readonly Server[] };
}
interface Server {
  readonly url?: string;
  readonly address?: string;
}

/** Services are the same when everything but their servers, and what is around the balancer, is. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const [balancer, otherBalancer] = [balancerOf(one), balancerOf(other)];
  if (!balancer || !otherBalancer) return isDeepStrictEqual(one, other);
  return isDeepStrictEqual({ ...balancer, servers: [] }, { ...otherBalancer, servers: [] });
}

function balancerOf(element: unknown): Balanced['loadBalancer'] {
  return (element as Balanced).loadBalancer;
}

/** Each server once, by its address; the first one counts. */
function withServersOf(element: unknown, definitions: readonly Definition[]): unknown {
  const balancer = balancerOf(element);
  if (!balancer) return element;
  const servers = new Map<string, Server>();
  for (const server of definitions.flatMap((one) => balancerOf(one.element)?.servers ?? [])) {
    const address = server.url ?? server.address ?? '';
    if (!servers.has(address)) servers.set(address, server);
  }
  return { ...(element as object), loadBalancer: { ...balancer, servers: [...servers.values()] } };
}
