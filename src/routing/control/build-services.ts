import { balancerWords } from '../../balancing/smooth-round-robin.ts';
import type { CellRef, PassiveHealthRecord, ServiceRecord, WireRecord } from '../../model/wire.ts';
import type { HttpService } from '../schema/service.ts';
import type { MiddlewareBuild } from './build-middlewares.ts';
import type { TransportBuild } from './build-transports.ts';
import type { HttpTransport } from './http-transport.ts';
import type { CellLeases } from './cell-leases.ts';
import { type DescribedService, describeService } from './describe-service.ts';
import { httpChecks, passiveFault, passiveHealth } from './http-checks.ts';
import type { Memo } from './memo.ts';
import type { Element, Elements } from './merge.ts';
import { OwnCells } from './own-cells.ts';
import { type BuildSurroundings, recordingMemo } from './recording-memo.ts';
import { contentHash, makeRecord } from './records.ts';
import type { ServiceChecks } from './service-checks.ts';

export interface ServiceOutcome {
  readonly error: string | undefined;
  /** Its servers are in use, whatever is wrong around them. */
  readonly built: boolean;
  /** Of the cells it holds. */
  readonly cellIdentities: readonly string[];
  /** How its servers are looked after; undefined where they are not. */
  readonly checks: ServiceChecks | undefined;
  /** A service of a child that has not been heard of. */
  readonly awaited: boolean;
  /** The strategy it asks for, where that is not there yet: its servers take turns. */
  readonly otherStrategy: string | undefined;
  readonly record: Extract<WireRecord, { kind: 'service' }> | undefined;
}

export interface ServiceBuildInit {
  readonly elements: Elements<HttpService>;
  readonly cells: CellLeases;
  /** Unix sockets on which the control plane answers. */
  readonly sockets: Readonly<Record<'api' | 'prometheus', string | undefined>>;
  readonly transports: Pick<TransportBuild<unknown, HttpTransport>, 'build' | 'record'>;
  readonly middlewares: () => MiddlewareBuild;
  /** What workers have said about it. */
  readonly failure: (name: string) => string | undefined;
  /** A service of a child that may still be heard of. */
  readonly awaited: (name: string) => boolean;
}

/** What its balancer in each worker shares with the others. */
interface BalancerCells {
  readonly cell: CellRef | undefined;
  readonly health: CellRef | undefined;
  readonly passiveHealth: PassiveHealthRecord | undefined;
}

/** Builds services for those who name them; one that nobody names is never looked at. */
export class ServiceBuild {
  readonly #init: ServiceBuildInit;
  readonly #memo: Memo<ServiceOutcome>;

  constructor(init: ServiceBuildInit, surroundings: BuildSurroundings) {
    this.#init = init;
    this.#memo = recordingMemo(surroundings, { cells: init.cells, isNotable: isRemarkable });
  }

  /** Of those that somebody has asked for. */
  get outcomes(): ReadonlyMap<string, ServiceOutcome> {
    return this.#memo.values;
  }

  /** Those that are not simply there: something is wrong, or their servers are looked after. */
  get notable(): ReadonlyMap<string, ServiceOutcome> {
    return this.#memo.notable;
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
    this.#init.transports.build(emptyBalancer.value.transport);
    return { ...wrong(undefined), awaited: true, record: makeRecord('service', name, emptyBalancer) };
  }

  #fault(described: DescribedService): string | undefined {
    if (described.kind === 'wrong') return described.error;
    if (described.kind === 'loadBalancer') {
      const { balancer, transport } = described;
      return passiveFault(balancer.passiveHealthCheck) ?? this.#init.transports.build(transport);
    }
    if (described.kind === 'internal') return this.#init.transports.build('default@internal');
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
    const checks = this.#checks(name, described, cells);
    const own = { cell, health: checks?.flags, passiveHealth: passiveOf(name, described, cells) };
    const value = { ...this.#value(described, own), middlewares } as ServiceRecord;
    const strategy = loadBalancer?.strategy ?? '';
    return {
      error: undefined,
      built: true,
      cellIdentities: cells.identities,
      checks,
      awaited: false,
      otherStrategy: strategy === '' || strategy === 'wrr' ? undefined : strategy,
      record: makeRecord('service', name, value),
    };
  }

  #checks(name: string, described: DescribedService, cells: OwnCells): ServiceChecks | undefined {
    if (described.kind !== 'loadBalancer') return undefined;
    const { balancer, servers } = described;
    const transport = this.#init.transports.record(described.transport);
    return httpChecks(name, { healthCheck: balancer.healthCheck, servers, transport, cells });
  }

  #value(described: DescribedService, own: BalancerCells): Omit<ServiceRecord, 'middlewares'> {
    switch (described.kind) {
      case 'weighted':
        return { type: 'weighted', value: { services: described.services, cell: own.cell } };
      case 'internal':
        return this.#internal(described.answer);
      case 'loadBalancer':
        return { type: 'loadBalancer', value: balancerValue(described, own) };
      default:
        throw new Error('a wrong service has no record');
    }
  }

  #internal(answer: NonNullable<HttpService['internal']>): Omit<ServiceRecord, 'middlewares'> {
    if (answer === 'ping' || answer === 'noop') return { type: 'internal', value: { answer } };
    const servers = [controlPlane(this.#init.sockets[answer] ?? '')];
    return { ...emptyBalancer, value: { ...emptyBalancer.value, servers } };
  }
}

function isRemarkable({ error, awaited, otherStrategy, checks }: ServiceOutcome): boolean {
  return awaited || (error ?? otherStrategy ?? checks) !== undefined;
}

function wrong(error: string | undefined): ServiceOutcome {
  const nothing = { cellIdentities: [], checks: undefined, otherStrategy: undefined, record: undefined };
  return { error, built: false, awaited: false, ...nothing };
}

function passiveOf(name: string, described: DescribedService, cells: OwnCells) {
  if (described.kind !== 'loadBalancer') return undefined;
  const { balancer, servers } = described;
  return passiveHealth(name, { passive: balancer.passiveHealthCheck, servers, cells });
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
  own: BalancerCells,
): Extract<ServiceRecord, { type: 'loadBalancer' }>['value'] {
  return { servers, passHostHeader: balancer.passHostHeader, transport, ...own };
}

const controlPlane = (socket: string) => ({
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
