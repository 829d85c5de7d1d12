import { balancerWords } from '../../balancing/smooth-round-robin.ts';
import type { CellRef, ServiceRecord, WireRecord } from '../../model/wire.ts';
import type { HttpService } from '../schema/service.ts';
import type { MiddlewareBuild } from './build-middlewares.ts';
import type { CellLeases } from './cell-leases.ts';
import { type DescribedService, describeService } from './describe-service.ts';
import type { Element, Elements } from './merge.ts';
import { contentHash, makeRecord } from './records.ts';

/** What stays the same as long as the element does. */
export interface ServiceMemory {
  readonly described: DescribedService;
  /** Of its cell: who the targets are and what they weigh; undefined when there is nothing to share. */
  readonly cellIdentity: string | undefined;
  record: Extract<WireRecord, { kind: 'service' }> | undefined;
}

export interface ServiceBuildInit {
  readonly elements: Elements<HttpService>;
  readonly memory: WeakMap<Element<HttpService>, ServiceMemory>;
  readonly cells: CellLeases;
  readonly apiSocket: string;
  /** Why a serversTransport, by qualified name, cannot be used. */
  readonly transport: (name: string) => string | undefined;
  /** What workers have said about it. */
  readonly failure: (name: string) => string | undefined;
  /** A service of a child that may still be heard of. */
  readonly awaited: (name: string) => boolean;
}

/** Builds services as routers ask for them, each once; those that nobody asks for are never looked at. */
export class ServiceBuild {
  /** By qualified name. */
  readonly errors = new Map<string, string>();
  /** Those whose servers are in use. */
  readonly built = new Set<string>();
  readonly records: WireRecord[] = [];
  /** Services of children that have not been heard of. */
  readonly awaited = new Set<string>();
  /** Those whose strategy is not there yet: they get round robin. */
  readonly otherStrategy = new Map<string, string>();
  readonly #init: ServiceBuildInit;
  readonly #middlewares: () => MiddlewareBuild;
  readonly #results = new Map<string, string | undefined>();
  readonly #underWay: string[] = [];

  constructor(init: ServiceBuildInit, middlewares: () => MiddlewareBuild) {
    this.#init = init;
    this.#middlewares = middlewares;
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    if (this.#results.has(name)) return this.#results.get(name);
    const element = this.#init.elements.get(name);
    if (!element) return this.#missing(name);
    if (this.#underWay.includes(name)) {
      return `the service "${name}" contains itself: ${[...this.#underWay, name].join(' -> ')}`;
    }
    this.#underWay.push(name);
    const error = this.#build(element);
    this.#underWay.pop();
    this.#results.set(name, error);
    if (error !== undefined) this.errors.set(name, error);
    return error;
  }

  #missing(name: string): string | undefined {
    if (!this.#init.awaited(name)) return `the service "${name}" does not exist`;
    this.awaited.add(name);
    this.#results.set(name, undefined);
    this.records.push(makeRecord('service', name, emptyBalancer));
    return undefined;
  }

  #build(element: Element<HttpService>): string | undefined {
    const memory = this.#remember(element);
    const error = this.#checkOwn(memory.described) ?? this.#init.failure(element.name);
    if (error !== undefined) return error;
    this.built.add(element.name);
    const strategy = element.value.loadBalancer?.strategy ?? '';
    if (strategy !== '' && strategy !== 'wrr') this.otherStrategy.set(element.name, strategy);
    const { provider, value } = element;
    const around = this.#middlewares().expand(value.middlewares, { provider });
    if ('error' in around) return around.error;
    this.records.push(this.#record(element, memory, around.names));
    return undefined;
  }

  #remember(element: Element<HttpService>): ServiceMemory {
    let memory = this.#init.memory.get(element);
    if (!memory) {
      const described = describeService(element);
      memory = { described, cellIdentity: cellIdentityOf(element.name, described), record: undefined };
      this.#init.memory.set(element, memory);
    }
    return memory;
  }

  #checkOwn(described: DescribedService): string | undefined {
    if (described.kind === 'wrong') return described.error;
    if (described.kind === 'loadBalancer') return this.#init.transport(described.transport);
    if (described.kind === 'internal') return undefined;
    for (const { name } of described.services) {
      const error = this.build(name);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  #record(element: Element<HttpService>, memory: ServiceMemory, middlewares: readonly string[]): WireRecord {
    const { name } = element;
    const cell = this.#cell(memory);
    if (memory.record && middlewares.length === 0) return memory.record;
    const value = { ...this.#value(memory.described, cell), middlewares } as ServiceRecord;
    const record = makeRecord('service', name, value);
    if (middlewares.length === 0) memory.record = record;
    return record;
  }

  #cell({ described, cellIdentity }: ServiceMemory): CellRef | undefined {
    if (cellIdentity === undefined) return undefined;
    return this.#init.cells.lease(cellIdentity, balancerWords(targetsOf(described).length));
  }

  #value(described: DescribedService, cell: CellRef | undefined): Omit<ServiceRecord, 'middlewares'> {
    switch (described.kind) {
      case 'weighted':
        return { type: 'weighted', value: { services: described.services, cell } };
      case 'internal':
        return described.answer === 'api'
          ? {
              ...emptyBalancer,
              value: { ...emptyBalancer.value, servers: [apiServer(this.#init.apiSocket)] },
            }
          : { type: 'internal', value: { answer: described.answer } };
      case 'loadBalancer':
        return { type: 'loadBalancer', value: balancerValue(described, cell) };
      default:
        throw new Error('a wrong service has no record');
    }
  }
}

const targetsOf = (described: DescribedService): readonly unknown[] => {
  if (described.kind === 'weighted') return described.services;
  return described.kind === 'loadBalancer' ? described.servers : [];
};

function cellIdentityOf(service: string, described: DescribedService): string | undefined {
  const targets = targetsOf(described);
  return targets.length < 2 ? undefined : `service ${service} ${contentHash(targets)}`;
}

function balancerValue(
  { balancer, servers, transport }: Extract<DescribedService, { kind: 'loadBalancer' }>,
  cell: CellRef | undefined,
): Extract<ServiceRecord, { type: 'loadBalancer' }>['value'] {
  const { passHostHeader, responseForwarding } = balancer;
  return { servers, passHostHeader, flushIntervalMs: responseForwarding.flushInterval, transport, cell };
}

const apiServer = (socket: string) => ({
  url: `unix:${socket}`,
  weight: 1,
  preservePath: false,
  uplink: undefined,
});

const emptyBalancer: Extract<ServiceRecord, { type: 'loadBalancer' }> = {
  type: 'loadBalancer',
  middlewares: [],
  value: {
    servers: [],
    passHostHeader: true,
    flushIntervalMs: 100,
    transport: 'default@internal',
    cell: undefined,
  },
};
