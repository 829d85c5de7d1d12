import type { ServerRecord, WeightedPart } from '../../model/wire.ts';
import { qualify } from '../qualified-name.ts';
import type { LoadBalancer, Server } from '../schema/load-balancer.ts';
import type { HttpService, Weighted } from '../schema/service.ts';
import type { Element } from './merge.ts';

/** What a service is by itself, whatever it refers to. */
export type DescribedService =
  | { readonly kind: 'wrong'; readonly error: string }
  | { readonly kind: 'internal'; readonly answer: NonNullable<HttpService['internal']> }
  | {
      readonly kind: 'loadBalancer';
      readonly balancer: LoadBalancer;
      readonly servers: readonly ServerRecord[];
      /** Qualified. */
      readonly transport: string;
    }
  | {
      readonly kind: 'weighted';
      readonly services: readonly WeightedPart[];
    };

const strategies = new Set(['', 'wrr', 'p2c', 'hrw', 'leasttime']);
const kinds = ['loadBalancer', 'weighted', 'mirroring', 'failover', 'highestRandomWeight'] as const;

export function describeService({ name, provider, value }: Element<HttpService>): DescribedService {
  if (value.internal) return { kind: 'internal', answer: value.internal };
  const given = kinds.filter((kind) => value[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined) return wrong(`the service "${name}" does not have any type defined`);
  if (given.length > 1) return wrong(`the service "${name}" has several types: ${given.join(', ')}`);
  if (value.loadBalancer) return describeBalancer(value.loadBalancer, provider);
  if (value.weighted) return { kind: 'weighted', services: partsOf(value.weighted, provider) };
  return wrong(`the service type ${kind} is not there yet`);
}

const wrong = (error: string): DescribedService => ({ kind: 'wrong', error });

function describeBalancer(balancer: LoadBalancer, provider: string): DescribedService {
  if (!strategies.has(balancer.strategy)) {
    return wrong(`the load-balancer strategy "${balancer.strategy}" does not exist`);
  }
  const misspelt = balancer.servers.find(({ url }) => !isServerUrl(url));
  if (misspelt) return wrong(`the server URL "${misspelt.url}" is not one`);
  const transport = balancer.serversTransport;
  return {
    kind: 'loadBalancer',
    balancer,
    servers: balancer.servers.map(serverRecord),
    transport: transport === '' ? 'default@internal' : qualify(transport, provider),
  };
}

function partsOf({ services }: Weighted, provider: string): WeightedPart[] {
  return services.map((part) => ({ ...part, name: qualify(part.name, provider) }));
}

function serverRecord({ url, weight, preservePath, uplink }: Server): ServerRecord {
  return { url, weight: weight ?? 1, preservePath, uplink };
}

/** Host and port as Go's parser takes them: a port is digits, or nothing at all. */
const serverUrl =
  /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#\s]*@)?(?:\[[0-9a-f:.%]+\]|[^:/?#[\]\s]+)(?::\d*)?(?:[/?#].*)?$/i;

function isServerUrl(url: string): boolean {
  return serverUrl.test(url) || url.startsWith('unix:/');
}
