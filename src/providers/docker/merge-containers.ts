/**
 * The parts of all containers as one configuration. Replicas add their servers to one service; what two containers
 * define differently stays as the older one has it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Problem, ProblemSource } from '../../model/problem.ts';
import { type DynamicConfiguration, emptyConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import { type ElementKind, elementKinds, elementName, elementsOf } from '../elements.ts';
import type { Container } from './container.ts';

export interface Part {
  readonly container: Container;
  readonly configuration: DynamicConfiguration;
}

interface Merged {
  readonly configuration: DynamicConfiguration;
  readonly problems: readonly Problem[];
  readonly origins: ReadonlyMap<string, ProblemSource>;
}

interface Definition {
  readonly container: Container;
  readonly element: unknown;
}

/** Remembers what it made, so that what has not changed stays the same object. */
export class ContainerMerger {
  #last = new Map<string, Remembered>();

  /** The parts come in the order in which servers are listed. */
  merge(parts: readonly Part[]): Merged {
    const configuration = emptyConfiguration();
    const problems: Problem[] = [];
    const origins = new Map<string, ProblemSource>();
    const next = new Map<string, Remembered>();
    for (const kind of elementKinds) {
      const target = elementsOf(configuration, kind);
      for (const [name, definitions] of definitionsOf(parts, kind)) {
        const element = elementName(kind, name, 'docker');
        const made = this.#make(element, definitions);
        next.set(element, made);
        target[name] = made.element;
        origins.set(element, sourceOf(made.winner));
        for (const loser of made.losers) problems.push(conflict(element, loser, made.winner));
      }
    }
    this.#last = next;
    return { configuration, problems, origins };
  }

  #make(name: string, definitions: readonly Definition[]): Remembered {
    const known = this.#last.get(name);
    return known && isMadeOf(known, definitions) ? known : combine(definitions);
  }
}

interface Remembered {
  readonly definitions: readonly Definition[];
  readonly element: unknown;
  readonly winner: Definition;
  readonly losers: readonly Definition[];
}

function isMadeOf(known: Remembered, definitions: readonly Definition[]): boolean {
  return (
    known.definitions.length === definitions.length &&
    known.definitions.every(({ container, element }, index) => {
      const other = definitions[index];
      return element === other?.element && container === other?.container;
    })
  );
}

function combine(definitions: readonly Definition[]): Remembered {
  const winner = definitions.reduce(older);
  const losers = definitions.filter((one) => !isSame(one.element, winner.element));
  const equal = definitions.filter((one) => !losers.includes(one));
  const element = equal.length > 1 ? withServersOf(winner.element, equal) : winner.element;
  return { definitions, element, winner, losers };
}

function definitionsOf(parts: readonly Part[], kind: ElementKind): Map<string, Definition[]> {
  const byName = new Map<string, Definition[]>();
  for (const { container, configuration } of parts) {
    for (const [name, element] of Object.entries(elementsOf(configuration, kind))) {
      const definition = { container, element };
      const known = byName.get(name);
      if (known) known.push(definition);
      else byName.set(name, [definition]);
    }
  }
  return byName;
}

function older(one: Definition, other: Definition): Definition {
  const [a, b] = [one.container, other.container];
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

function sourceOf({ container }: Definition): ProblemSource {
  return { provider: 'docker', container: container.name };
}

function conflict(element: string, loser: Definition, winner: Definition): Problem {
  return {
    code: 'defined-differently',
    severity: 'error',
    source: { ...sourceOf(loser), element },
    text:
      `The ${element} is defined by the containers "${winner.container.name}" and "${loser.container.name}" ` +
      'with different options; the older one stays.',
    remedy: 'Give one of them another name, or both the same options.',
  };
}
