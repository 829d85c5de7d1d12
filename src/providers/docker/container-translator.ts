/**
 * The heart of the provider, without an engine: the same containers give the same snapshot, in whatever order they
 * come.
 */
import type { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { parseConstraints } from '../../rules/parse-constraints.ts';
import type { Snapshot } from '../provider.ts';
import type { Neighbourhood } from './address/container-address.ts';
import type { Container } from './container.ts';
import { orderKeyOf } from './container-name.ts';
import { type DecodeContext, type DecodedContainer, decodeContainer } from './decode-container.ts';
import { compileDefaultRule } from './default-rule.ts';
import { ContainerMerger } from './merge/container-merger.ts';
import type { Part } from './merge/part.ts';
import type { dockerProviderOptions } from './options.ts';

export interface Surroundings {
  readonly hostAddress: string;
  /** Id, or its beginning, of the container this program runs in. */
  readonly ownContainer: string | undefined;
}

interface Known extends DecodedContainer {
  readonly key: string;
}

/** Follows the containers: only what has come, changed or gone is looked at. */
export class ContainerTranslator {
  readonly #options: z.output<typeof dockerProviderOptions>;
  readonly #context: Omit<DecodeContext, 'neighbourhood'>;
  readonly #problems: Problem[] = [];
  readonly #merger = new ContainerMerger();
  readonly #known = new Map<Container, Known>();
  readonly #troubled = new Set<Known>();
  /** Those that share another container's network: they depend on that one, too. */
  readonly #guests = new Set<Container>();
  #containers: readonly Container[] = [];
  #around = '';

  constructor(options: z.output<typeof dockerProviderOptions>) {
    this.#options = options;
    this.#context = {
      rules: { ...options, accepts: this.#constraints() },
      defaultRule: compileDefaultRule(options.defaultRule),
      useBindPortIP: options.useBindPortIP,
    };
  }

  snapshot(containers: readonly Container[], surroundings: Surroundings): Snapshot {
    const neighbourhood = neighbourhoodOf(containers, this.#options.network, surroundings);
    const { gone, come } = this.#changes(containers, neighbourhood);
    for (const container of gone) this.#forget(container);
    const entering = come.map((container) => ({ container, key: orderKeyOf(container) })).sort(byKey);
    for (const { container, key } of entering) this.#enter(container, key, neighbourhood);
    this.#containers = containers;
    const { configuration, problems, origins } = this.#merger.merge();
    const own = [...this.#troubled].sort(byKey).flatMap((one) => one.problems);
    const all = [...this.#problems, ...own, ...problems];
    return { provider: 'docker', configuration, problems: all, origins };
  }

  #changes(containers: readonly Container[], { hostAddress, ownNetworks }: Neighbourhood): Difference {
    const around = JSON.stringify([hostAddress, [...ownNetworks]]);
    const hasMoved = around !== this.#around;
    this.#around = around;
    if (hasMoved) return { gone: this.#containers, come: containers };
    const { gone, come } = difference(this.#containers, containers);
    if (gone.length + come.length === 0) return { gone, come };
    const here = new Set(this.#guests);
    for (const container of gone) here.delete(container);
    return { gone: [...gone, ...here], come: [...come, ...here] };
  }

  #enter(container: Container, key: string, neighbourhood: Neighbourhood): void {
    const decoded = decodeContainer(container, { ...this.#context, neighbourhood });
    const known = { ...decoded, key };
    this.#known.set(container, known);
    if (container.networkMode.startsWith('container:')) this.#guests.add(container);
    if (known.problems.length > 0) this.#troubled.add(known);
    if (isPart(known)) this.#merger.add(known);
  }

  #forget(container: Container): void {
    const known = this.#known.get(container)!;
    this.#known.delete(container);
    this.#guests.delete(container);
    this.#troubled.delete(known);
    if (isPart(known)) this.#merger.remove(known);
  }

  /** A constraint that cannot be read keeps everything out. */
  #constraints(): (labels: Container['labels']) => boolean {
    if (this.#options.constraints === '') return () => true;
    const parsed = parseConstraints(this.#options.constraints);
    if ('accepts' in parsed) return (labels) => parsed.accepts(labels);
    this.#problems.push({
      code: 'constraints-wrong',
      severity: 'error',
      source: { provider: 'docker' },
      text: `providers.docker.constraints cannot be read, so no container counts: ${parsed.problem.text}`,
      remedy: parsed.problem.remedy ?? 'Write for example Label(`tier`,`front`) && !Label(`zone`,`b`).',
    });
    return () => false;
  }
}

function isPart(known: Known): known is Known & Part {
  return known.configuration !== undefined;
}

function byKey(one: { readonly key: string }, other: { readonly key: string }): number {
  return one.key < other.key ? -1 : 1;
}

interface Difference {
  readonly gone: readonly Container[];
  readonly come: readonly Container[];
}

/** Most stand where they stood before. */
function difference(before: readonly Container[], after: readonly Container[]): Difference {
  const moved = (list: readonly Container[], other: readonly Container[]) =>
    list.filter((container, place) => container !== other[place]);
  const [left, arrived] = [moved(before, after), moved(after, before)];
  const [wereThere, areThere] = [new Set(left), new Set(arrived)];
  return {
    gone: left.filter((container) => !areThere.has(container)),
    come: arrived.filter((container) => !wereThere.has(container)),
  };
}

function neighbourhoodOf(
  containers: readonly Container[],
  network: string,
  { hostAddress, ownContainer }: Surroundings,
): Neighbourhood {
  const own = containers.find((one) => ownContainer !== undefined && one.id.startsWith(ownContainer));
  return {
    network,
    hostAddress,
    ownNetworks: new Set(own?.networks.map((one) => one.name)),
    find: (reference) =>
      containers.find((one) => one.id === reference || one.name === reference) ??
      containers.find((one) => one.id.startsWith(reference)),
  };
}
