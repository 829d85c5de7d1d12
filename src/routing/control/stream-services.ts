import { balancerWords } from '../../balancing/smooth-round-robin.ts';
import type {
  CellRef,
  TcpServiceRecord,
  UdpServiceRecord,
  WeightedRecord,
  WireRecord,
} from '../../model/wire.ts';
import { qualify } from '../qualified-name.ts';
import type { CellLeases } from './cell-leases.ts';
import type { Memo } from './memo.ts';
import type { Element, Elements } from './merge.ts';
import { OwnCells } from './own-cells.ts';
import { type BuildSurroundings, recordingMemo } from './recording-memo.ts';
import { contentHash, makeRecord } from './records.ts';
import type { ServiceChecks } from './service-checks.ts';

interface Values {
  readonly tcpService: TcpServiceRecord;
  readonly udpService: UdpServiceRecord;
}

interface StreamService {
  readonly loadBalancer?: { readonly servers: readonly unknown[] } | undefined;
  readonly weighted?: { readonly services: WeightedRecord['services'] } | undefined;
}

export interface StreamServiceOutcome {
  readonly error: string | undefined;
  readonly record: WireRecord | undefined;
  /** Of the cells it holds. */
  readonly cellIdentities: readonly string[];
  /** How its servers are looked after; undefined where they are not. */
  readonly checks: ServiceChecks | undefined;
}

export interface StreamServicesInit<Kind extends keyof Values, Service extends StreamService> {
  readonly kind: Kind;
  readonly elements: Elements<Service>;
  readonly cells: CellLeases;
  /** As in messages: `TCP service`. */
  readonly word: string;
  /** What workers have said about a service. */
  readonly failure: (name: string) => string | undefined;
  /** A service over servers; a text says what is wrong with it. */
  readonly balancer: (element: Element<Service>, own: BalancerCells) => Balanced<Values[Kind]> | string;
}

export interface BalancerCells {
  /** For its turns. */
  readonly turns: CellRef | undefined;
  /** Where it may lease more. */
  readonly cells: OwnCells;
}

export interface Balanced<Value> {
  readonly value: Value;
  readonly checks?: ServiceChecks | undefined;
}

/** TCP or UDP services for those who name them; one that nobody names is never looked at. */
export class StreamServices<Kind extends keyof Values, Service extends StreamService> {
  readonly #init: StreamServicesInit<Kind, Service>;
  readonly #memo: Memo<StreamServiceOutcome>;

  constructor(init: StreamServicesInit<Kind, Service>, surroundings: BuildSurroundings) {
    this.#init = init;
    this.#memo = recordingMemo(surroundings, { cells: init.cells });
  }

  /** Of those that somebody has asked for. */
  get outcomes(): ReadonlyMap<string, StreamServiceOutcome> {
    return this.#memo.values;
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    const outcome = this.#memo.get(
      name,
      () => this.#build(name),
      () => wrong(`the service "${name}" contains itself`),
    );
    return outcome.error;
  }

  forget(name: string): void {
    this.#memo.forget(name);
  }

  #build(name: string): StreamServiceOutcome {
    const { elements, word, failure } = this.#init;
    const element = elements.get(name);
    if (!element) return wrong(`the ${word} "${name}" does not exist`);
    const failed = failure(name);
    if (failed !== undefined) return wrong(failed);
    const cells = new OwnCells(this.#init.cells);
    const balanced = this.#balanced(element, cells);
    if (typeof balanced === 'string') return { ...wrong(balanced), cellIdentities: cells.identities };
    const { value, checks } = balanced;
    const record = makeRecord<keyof Values>(this.#init.kind, name, value);
    return { error: undefined, record, cellIdentities: cells.identities, checks };
  }

  #balanced(element: Element<Service>, cells: OwnCells): Balanced<Values[keyof Values]> | string {
    const { loadBalancer, weighted } = element.value;
    if (loadBalancer) {
      const turns = this.#cell(element.name, loadBalancer.servers, cells);
      return this.#init.balancer(element, { turns, cells });
    }
    if (weighted) return this.#weighted(element, weighted.services, cells);
    return `the ${this.#init.word} "${element.name}" does not have any type defined`;
  }

  #weighted(
    { name, provider }: Element<Service>,
    parts: WeightedRecord['services'],
    cells: OwnCells,
  ): Balanced<Values[keyof Values]> | string {
    const services = parts.map((part) => ({ name: qualify(part.name, provider), weight: part.weight }));
    for (const part of services) {
      const fault = this.build(part.name);
      if (fault !== undefined) return fault;
    }
    const cell = this.#cell(name, services, cells);
    return { value: { type: 'weighted', value: { services, cell } } };
  }

  /** One for each service and set of targets. */
  #cell(name: string, targets: readonly unknown[], cells: OwnCells): CellRef | undefined {
    if (targets.length < 2) return undefined;
    return cells.lease(`${this.#init.kind} ${name} ${contentHash(targets)}`, balancerWords(targets.length));
  }
}

const wrong = (error: string): StreamServiceOutcome => ({
  error,
  record: undefined,
  cellIdentities: [],
  checks: undefined,
});
