/** Labels `hub.*`: what a container offers to parents. They add to its routes and never change them. */
import type { z } from 'zod';
import { decodeLabels } from '../../../config/labels.ts';
import { flag, list, map, structure } from '../../../config/options.ts';
import { uplink } from '../../../routing/schema/uplink.ts';
import type { Container } from '../container.ts';
import type { Notes } from '../notes.ts';

const hub = structure({
  enable: flag().optional(),
  uplinks: map(uplink),
  routers: map(structure({ uplinks: list() })),
});

export interface Offer {
  /** Uplinks that every HTTP router of the container is offered under. */
  readonly everywhere: readonly string[];
  /** Uplinks by router. */
  readonly routers: Readonly<Record<string, readonly string[]>>;
  /** Uplinks with options, by name. */
  readonly uplinks: z.output<typeof hub>['uplinks'];
}

/** Undefined when there is no such label, or `hub.enable=false`; `sound` is false when one is wrong. */
export function decodeOffer(
  container: Container,
  notes: Notes,
): { readonly offer: Offer | undefined; readonly sound: boolean } {
  const labels = Object.entries(container.labels);
  const everywhere = labels.filter(([key]) => isUplinkList(key)).flatMap(([, value]) => names(value));
  const others = Object.fromEntries(labels.filter(([key]) => !isUplinkList(key)));
  const { value, problems } = decodeLabels(hub, others, {
    root: 'hub',
    prefixes: ['hub.enable', 'hub.uplinks.', 'hub.routers.'],
    source: notes.source,
  });
  notes.take(problems);
  if (!value) return { offer: undefined, sound: false };
  if (value.enable === false) return { offer: undefined, sound: true };
  const routers = Object.fromEntries(
    Object.entries(value.routers).map(([router, { uplinks }]) => [router, uplinks]),
  );
  const offer = { everywhere, routers, uplinks: value.uplinks };
  if (isOffered(offer)) return { offer, sound: true };
  noteUnusedUplinks(offer, notes);
  return { offer: undefined, sound: true };
}

function isOffered({ everywhere, routers }: Offer): boolean {
  return everywhere.length > 0 || Object.values(routers).some((uplinks) => uplinks.length > 0);
}

function isUplinkList(label: string): boolean {
  return label.toLowerCase() === 'hub.uplinks';
}

function names(value: string): string[] {
  return value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function noteUnusedUplinks({ uplinks }: Offer, notes: Notes): void {
  for (const name of Object.keys(uplinks)) {
    notes.warning({
      code: 'uplink-unused',
      place: { element: `uplink ${name}@docker` },
      text: `The uplink "${name}" has options, but no router of the container is offered under it.`,
      remedy: `Add the label hub.uplinks=${name}, or hub.routers.ROUTER.uplinks=${name} for one router.`,
    });
  }
}
