import { balancerWords } from '../../balancing/smooth-round-robin.ts';
import type { CellRef, ServiceRecord, WireRecord } from '../../model/wire.ts';
import type { HttpService } from '../schema/service.ts';
import type { MiddlewareBuild } from './build-middlewares.ts';
import type { CellLeases } from './cell-leases.ts';
import { type DescribedService, describeService } from './describe-service.ts';
import type { Memo } from './memo.ts';
import type { Element, Elements } from './merge.ts';
import { OwnCells } from './own-cells.ts';
import { type BuildSurroundings, recordingMemo } from './recording-memo.ts';
import { contentHash, makeRecord } from './records.ts';

export interface ServiceOutcome {
  readonly error: string | undefined;
  /** Its servers are in use, whatever is wrong around them. */
  readonly built: boolean;
  /** Of the cells it holds. */
  readonly cellIdentities: readonly string[];
  /** A service of a child that has not been heard of. */
  readonly awaited: boolean;
  /** The strategy it asks for, where that is not there yet: its servers take turns. */
  readonly otherStrategy: string | undefined;
  readonly record: Extract<WireRecord, { kind: 'service' }> | undefined;
}

export interface ServiceBuildInit {
  readonly elements: Elements<HttpService>;
  readonly cells: CellLeases;
  readonly apiSocket: string;
  /** Why a serversTransport, by qualified name, cannot be used. */
  readonly transport: (name: string) => string | undefined;
  readonly middlewares: () => MiddlewareBuild;
  /** What workers have said about it. */
  readonly failure: (name: string) => string | undefined;
  /** A service of a child that may still be heard of. */
  readonly awaited: (name: string) => boolean;
}

/** Builds services for those who name them; one that nobody names is never looked at. */
export class ServiceBuild {
  readonly #init: ServiceBuildInit;
  readonly #memo: Memo<ServiceOutcome>;

  constructor(init: ServiceBuildInit, surroundings: BuildSurroundings) {
    this.#init = init;
    this.#memo = recordingMemo(surroundings, init.cells);
  }

  /** Of those that somebody has asked for. */
  get outcomes(): ReadonlyMap<string, ServiceOutcome> {
    return this.#memo.values;
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    const outcome = this.#memo.get(
      name,
      () => this.#build(name),
      (ring) => wrong(`the service "${name}" contains itself: ${ring.join(' -> ')}`),
    );
    return outcome.error;
  }

  forget(name: string): void {
    this.#memo.forget(name);
  }

  #build(name: string): ServiceOutcome {
    const element = this.#init.elements.get(name);
    if (!element) return this.#missing(name);
    const described = describeService(element);
    const fault = this.#fault(described) ?? this.#init.failure(name);
    if (fault !== undefined) return wrong(fault);
    const around = this.#init.middlewares().expand(element.value.middlewares, element.provider);
    if ('error' in around) return { ...wrong(around.error), built: true };
    return this.#sound(element, described, around.names);
  }

  #missing(name: string): ServiceOutcome {
    if (!this.#init.awaited(name)) return wrong(`the service "${name}" does not exist`);
    this.#init.transport(emptyBalancer.value.transport);
    return { ...wrong(undefined), awaited: true, record: makeRecord('service', name, emptyBalancer) };
  }

  #fault(described: DescribedService): string | undefined {
    if (described.kind === 'wrong') return described.error;
    if (described.kind === 'loadBalancer') return this.#init.transport(described.transport);
    if (described.kind === 'internal') return this.#init.transport('default@internal');
    for (const { name } of described.services) {
      const error = this.build(name);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  #sound(
    { name, value: { loadBalancer } }: Element<HttpService>,
    described: DescribedService,
    middlewares: readonly string[],
  ): ServiceOutcome {
    const cells = new OwnCells(this.#init.cells);
    const cell = turnsCell(name, targetsOf(described), cells);
    const value = { ...this.#value(described, cell), middlewares } as ServiceRecord;
    const strategy = loadBalancer?.strategy ?? '';
    return {
      error: undefined,
      built: true,
      cellIdentities: cells.identities,
      awaited: false,
      otherStrategy: strategy === '' || strategy === 'wrr' ? undefined : strategy,
      record: makeRecord('service', name, value),
    };
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

function wrong(error: string | undefined): ServiceOutcome {
  const nothing = { cellIdentities: [], otherStrategy: undefined, record: undefined };
  return { error, built: false, awaited: false, ...nothing };
}

/** One for each service and set of targets: who they are and what they weigh. */
function turnsCell(name: string, targets: readonly unknown[], cells: OwnCells): CellRef | undefined {
  if (targets.length < 2) return undefined;
  return cells.lease(`service ${name} ${contentHash(targets)}`, balancerWords(targets.length));
}

const targetsOf = (described: DescribedService): readonly unknown[] => {
  if (described.kind === 'weighted') return described.services;
  return described.kind === 'loadBalancer' ? described.servers : [];
};

function balancerValue(
  { balancer, servers, transport }: Extract<DescribedService, { kind: 'loadBalancer' }>,
  cell: CellRef | undefined,
): Extract<ServiceRecord, { type: 'loadBalancer' }>['value'] {
  return { servers, passHostHeader: balancer.passHostHeader, transport, cell };
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
    transport: 'default@internal',
    cell: undefined,
  },
};
