import { emptyStructure, optionOf } from '../../config/option-tree.ts';
import type { Problem } from '../../model/problem.ts';
import { isUplinkName, uplinkNameRule } from '../../model/uplink-name.ts';
import { qualify } from '../qualified-name.ts';
import type { HttpRouter } from '../schema/router.ts';
import { type Uplink, uplink } from '../schema/uplink.ts';
import type { Element, Merged } from './merge.ts';
import { sourceOf } from './merge.ts';
import type { RoutingEntryPoint } from './routing-options.ts';

/** An uplink with its places and its name as parents see it. */
export interface PlacedUplink {
  /** Qualified. */
  readonly name: string;
  readonly exposedName: string;
  readonly entryPoints: readonly string[];
  readonly options: Uplink;
}

export interface UplinkTableInit {
  readonly merged: Merged;
  /** Those for parents. */
  readonly entryPoints: readonly RoutingEntryPoint[];
  /** That name uplinks. */
  readonly routers: Iterable<Element<HttpRouter>>;
}

/** The uplinks of this node: those that are declared and those that routers only name. */
export class UplinkTable {
  /** By exposed name. */
  readonly placed = new Map<string, PlacedUplink>();
  readonly problems: Problem[] = [];
  readonly #byName = new Map<string, PlacedUplink>();
  /** Those that could not be placed, too: each is told once. */
  readonly #judged = new Set<string>();
  readonly #entryPoints: readonly RoutingEntryPoint[];
  readonly #merged: Merged;

  constructor({ merged, entryPoints, routers }: UplinkTableInit) {
    this.#merged = merged;
    this.#entryPoints = entryPoints;
    for (const element of merged.uplinks.values()) this.#place(element);
    for (const { provider, value } of routers) {
      for (const name of value.uplinks) this.#named(qualify(name, provider), provider);
    }
  }

  /** The same text as long as every uplink has the same place and name. */
  get signature(): string {
    const places = [...this.#byName.values()].map((each) => [each.name, each.exposedName, each.entryPoints]);
    return places.length === 0 ? '' : JSON.stringify(places);
  }

  exposedName(uplinkName: string, provider: string): string {
    return this.#byName.get(qualify(uplinkName, provider))?.exposedName ?? uplinkName;
  }

  /** Where a router with these uplinks is served. */
  entryPointsOf(uplinkNames: readonly string[], provider: string): readonly string[] {
    const all = uplinkNames.flatMap((name) => this.#byName.get(qualify(name, provider))?.entryPoints ?? []);
    return [...new Set(all)];
  }

  #named(name: string, provider: string): void {
    if (this.#judged.has(name)) return;
    this.#place({ name, provider, value: emptyStructure(optionOf(uplink)) as unknown as Uplink });
  }

  #place({ name, provider, value }: Element<Uplink>): void {
    this.#judged.add(name);
    const own = name.slice(0, -provider.length - 1);
    const placed: PlacedUplink = {
      name,
      exposedName: value.exposeName || own,
      entryPoints: value.entryPoints.length > 0 ? value.entryPoints : this.#defaults(),
      options: value,
    };
    if (!isUplinkName(placed.exposedName)) return this.#misname(placed);
    const other = this.placed.get(placed.exposedName);
    if (other) return this.#collide(placed, other);
    this.#byName.set(name, placed);
    this.placed.set(placed.exposedName, placed);
    if (this.#entryPoints.length === 0) this.#nowhere(name);
  }

  #defaults(): string[] {
    const chosen = this.#entryPoints.filter(({ options }) => options.asDefault);
    return (chosen.length > 0 ? chosen : this.#entryPoints).map(({ name }) => name).sort();
  }

  /** A parent would not take it, and perhaps nothing else of this node. */
  #misname({ name, exposedName }: PlacedUplink): void {
    this.problems.push({
      code: 'uplink-name-wrong',
      severity: 'error',
      source: sourceOf(this.#merged, `uplink ${name}`),
      text: `The uplink ${name} is not offered: parents cannot know it as "${exposedName}".`,
      remedy: `Give it an exposeName of ${uplinkNameRule}.`,
    });
  }

  #collide({ name, exposedName }: PlacedUplink, other: PlacedUplink): void {
    this.problems.push({
      code: 'uplink-name-taken',
      severity: 'error',
      source: sourceOf(this.#merged, `uplink ${name}`),
      text: `Parents know the uplink ${other.name} as "${exposedName}" already; ${name} is not offered.`,
      remedy: 'Give one of them another exposeName.',
    });
  }

  #nowhere(name: string): void {
    this.problems.push({
      code: 'uplink-entry-point-missing',
      severity: 'warning',
      source: sourceOf(this.#merged, `uplink ${name}`),
      text: `The uplink ${name} is not offered: this node has no uplink entry point.`,
      remedy: 'Add one below hub.uplinkEntryPoints.',
    });
  }
}
