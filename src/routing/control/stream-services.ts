import { balancerWords } from '../../balancing/smooth-round-robin.ts';
import type { CellRef, RecordKind, WeightedRecord } from '../../model/wire.ts';
import { qualify } from '../qualified-name.ts';
import type { HeldCells } from './held-cells.ts';
import type { Element, Elements } from './merge.ts';
import { contentHash } from './records.ts';

/** Why workers could not build something, by kind and name. */
export type FailureOf = (kind: RecordKind, name: string) => string | undefined;

interface StreamService {
  readonly loadBalancer?: { readonly servers: readonly unknown[] } | undefined;
  readonly weighted?: WeightedRecord | Pick<WeightedRecord, 'services'> | undefined;
}

type Weighted = { readonly type: 'weighted'; readonly value: WeightedRecord };

export interface StreamServicesInit<Service extends StreamService, Balancer> {
  readonly elements: Elements<Service>;
  readonly cells: HeldCells;
  /** As in messages: `TCP service`. */
  readonly word: string;
  /** What workers have said about a service. */
  readonly failure: (name: string) => string | undefined;
  /** The record of a service over servers; a text says what is wrong with it. */
  readonly balancer: (element: Element<Service>, cell: CellRef | undefined) => Balancer | string;
}

/** TCP or UDP services for those who name them; one that nobody names is never looked at. */
export class StreamServices<Service extends StreamService, Balancer extends object> {
  readonly #init: StreamServicesInit<Service, Balancer>;
  /** Texts are faults. */
  readonly #outcomes = new Map<string, Balancer | Weighted | string>();

  constructor(init: StreamServicesInit<Service, Balancer>) {
    this.#init = init;
  }

  /** Why it cannot be used, or undefined. */
  build(name: string): string | undefined {
    let outcome = this.#outcomes.get(name);
    if (outcome === undefined) {
      this.#outcomes.set(name, `the service "${name}" contains itself`);
      outcome = this.#build(name);
      this.#outcomes.set(name, outcome);
    }
    return typeof outcome === 'string' ? outcome : undefined;
  }

  isBuilt(name: string): boolean {
    return typeof this.#outcomes.get(name) === 'object';
  }

  /** Of those that can be used, by name. */
  *values(): Iterable<readonly [name: string, value: Balancer | Weighted]> {
    for (const [name, outcome] of this.#outcomes) if (typeof outcome === 'object') yield [name, outcome];
  }

  #build(name: string): Balancer | Weighted | string {
    const { elements, word, failure, balancer } = this.#init;
    const element = elements.get(name);
    if (!element) return `the ${word} "${name}" does not exist`;
    const failed = failure(name);
    if (failed !== undefined) return failed;
    const { loadBalancer, weighted } = element.value;
    if (loadBalancer) return balancer(element, this.#cell(name, loadBalancer.servers));
    if (weighted) return this.#weighted(element, weighted.services);
    return `the ${word} "${name}" does not have any type defined`;
  }

  #weighted({ name, provider }: Element<Service>, parts: WeightedRecord['services']): Weighted | string {
    const services = parts.map((part) => ({ name: qualify(part.name, provider), weight: part.weight }));
    for (const part of services) {
      const fault = this.build(part.name);
      if (fault !== undefined) return fault;
    }
    return { type: 'weighted', value: { services, cell: this.#cell(name, services) } };
  }

  /** One for each service and set of targets. */
  #cell(name: string, targets: readonly unknown[]): CellRef | undefined {
    if (targets.length < 2) return undefined;
    const identity = `${this.#init.word} ${name} ${contentHash(targets)}`;
    return this.#init.cells.want(identity, balancerWords(targets.length));
  }
}
