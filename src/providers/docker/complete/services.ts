/** Services with the one server that the container adds to each of them. */
import type { Notes } from '../notes.ts';

interface Balanced {
  readonly loadBalancer?: { readonly servers: readonly unknown[] } | undefined;
  readonly weighted?: unknown;
}

type ServerOf<S extends Balanced> = NonNullable<S['loadBalancer']>['servers'][number];

/**
 * Undefined, with problems noted, when one of the services cannot be: then nothing of the container goes
 * live.
 */
export function withServers<S extends Balanced, T>(
  services: Readonly<Record<string, S>>,
  serverFor: (described: ServerOf<S> | undefined, service: string) => T | 'none' | 'fault',
  notes: Notes,
): Record<string, Filled<S, T>> | undefined {
  const filled: Record<string, Filled<S, T>> = {};
  let sound = true;
  for (const [name, service] of Object.entries(services)) {
    const { loadBalancer } = service;
    if (!loadBalancer) {
      sound = (service.weighted !== undefined || noBalancer(name, notes)) && sound;
      filled[name] = service as Filled<S, T>;
      continue;
    }
    const server = serverFor(loadBalancer.servers[0] as ServerOf<S> | undefined, name);
    if (server === 'fault') sound = false;
    const servers = server === 'fault' || server === 'none' ? [] : [server];
    filled[name] = { ...service, loadBalancer: { ...loadBalancer, servers } } as Filled<S, T>;
  }
  return sound ? filled : undefined;
}

export type Filled<S extends Balanced, T> = Omit<S, 'loadBalancer'> & {
  readonly loadBalancer?: Omit<NonNullable<S['loadBalancer']>, 'servers'> & { servers: T[] };
};

function noBalancer(name: string, notes: Notes): false {
  notes.error({
    code: 'balancer-missing',
    place: { element: `service ${name}@docker` },
    text: `The service "${name}" has no load balancer.`,
    remedy: `Add a label such as …services.${name}.loadbalancer.server.port=8080.`,
  });
  return false;
}
