/** What the parent lets a child advertise: names on its list, weights up to its cap. */
import type { Problem } from '../../model/problem.ts';
import { matchesGlob } from './glob.ts';
import type { ChildOptions } from './options.ts';
import type { AdvertisedUplink } from './uplink-list.ts';

export interface Admission {
  readonly uplinks: readonly AdvertisedUplink[];
  readonly problems: readonly Problem[];
}

export function admitUplinks(
  child: string,
  { allow, maxWeight = Infinity }: Pick<ChildOptions, 'allow' | 'maxWeight'>,
  advertised: readonly AdvertisedUplink[],
): Admission {
  const isAllowed = ({ name }: AdvertisedUplink) =>
    allow.length === 0 || allow.some((glob) => matchesGlob(glob, name));
  const allowed = advertised.filter(isAllowed);
  return {
    uplinks: allowed.map((uplink) => ({ ...uplink, weight: Math.min(uplink.weight, maxWeight) })),
    problems: [
      ...advertised.filter((uplink) => !isAllowed(uplink)).map((uplink) => refused(child, uplink)),
      ...allowed.filter(({ weight }) => weight > maxWeight).map((uplink) => capped(child, uplink, maxWeight)),
    ],
  };
}

const refused = (child: string, { name }: AdvertisedUplink): Problem => ({
  code: 'uplink-not-allowed',
  severity: 'warning',
  source: { provider: 'multicluster', child },
  text: `Child ${child} advertises the uplink ${name}, which it is not allowed to; it is ignored.`,
  remedy: `Add "${name}" to hub.providers.multicluster.children.${child}.allow if that is intended.`,
});

const capped = (child: string, { name, weight }: AdvertisedUplink, maxWeight: number): Problem => ({
  code: 'uplink-weight-capped',
  severity: 'warning',
  source: { provider: 'multicluster', child },
  text: `Child ${child} asks for the weight ${weight} for the uplink ${name}; it gets ${maxWeight}.`,
  remedy: `Raise hub.providers.multicluster.children.${child}.maxWeight, or lower the weight on the child.`,
});
