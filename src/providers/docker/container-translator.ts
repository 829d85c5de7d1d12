/**
 * The pure heart of the provider: the same containers give the same snapshot, in whatever order they
 * come.
 */
import type { z } from 'zod';
import type { Problem } from '../../model/problem.ts';
import { type DynamicConfiguration, emptyConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import { parseConstraints } from '../../rules/parse-constraints.ts';
import { keepElements } from '../elements.ts';
import type { Snapshot } from '../provider.ts';
import type { Neighbourhood } from './address/container-address.ts';
import { automaticUplink } from './complete/automatic.ts';
import type { Container } from './container.ts';
import { orderKeyOf } from './container-name.ts';
import { type DecodeContext, type DecodedContainer, decodeContainer } from './decode-container.ts';
import { compileDefaultRule } from './default-rule.ts';
import { ContainerMerger, type Part } from './merge-containers.ts';
import type { dockerProviderOptions } from './options.ts';

export interface Surroundings {
  readonly hostAddress: string;
  /** Id, or its beginning, of the container this program runs in. */
  readonly ownContainer: string | undefined;
}

export class ContainerTranslator {
  readonly #options: z.output<typeof dockerProviderOptions>;
  readonly #context: Omit<DecodeContext, 'neighbourhood'>;
  readonly #merger = new ContainerMerger();
  readonly #problems: Problem[] = [];
  /** What a container led to, as long as nothing around it changes. */
  #decoded = new WeakMap<Container, DecodedContainer>();
  #around = '';
  #last = emptyConfiguration();

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
    this.#forgetIfMoved(neighbourhood);
    const decoded = containers
      .map((container) => ({ key: orderKeyOf(container), container }))
      .sort((one, other) => (one.key < other.key ? -1 : 1))
      .map(({ container }) => this.#decode(container, neighbourhood));
    const { configuration, problems, origins } = this.#merger.merge(decoded.filter(isPart));
    keepElements(configuration, this.#last);
    this.#last = configuration;
    const all = [...this.#problems, ...decoded.flatMap((one) => one.problems), ...problems];
    return { provider: 'docker', configuration: withNamedUplinks(configuration), problems: all, origins };
  }

  #decode(container: Container, neighbourhood: Neighbourhood): DecodedContainer {
    const known = this.#decoded.get(container);
    // What shares another container's network depends on that one too.
    if (known && !container.networkMode.startsWith('container:')) return known;
    const decoded = decodeContainer(container, { ...this.#context, neighbourhood });
    this.#decoded.set(container, decoded);
    return decoded;
  }

  #forgetIfMoved({ hostAddress, ownNetworks }: Neighbourhood): void {
    const around = JSON.stringify([hostAddress, [...ownNetworks]]);
    if (around !== this.#around) this.#decoded = new WeakMap();
    this.#around = around;
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

function isPart(decoded: DecodedContainer): decoded is DecodedContainer & Part {
  return decoded.configuration !== undefined;
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

/** An uplink that a router names and nobody declares exists with its defaults. */
function withNamedUplinks(configuration: DynamicConfiguration): DynamicConfiguration {
  const { http } = configuration;
  const named = Object.values(http.routers)
    .flatMap((router) => router.uplinks)
    .filter((name) => !name.includes('@'));
  const implicit = Object.fromEntries(named.map((name) => [name, automaticUplink]));
  return { ...configuration, http: { ...http, uplinks: { ...implicit, ...http.uplinks } } };
}
