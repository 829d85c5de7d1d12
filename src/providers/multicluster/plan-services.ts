/** Which services the advertised uplinks make, and which child owns a name that two would bear. */
import type { Problem } from '../../model/problem.ts';
import type { AdvertisedUplink } from './uplink-list.ts';

/** The uplinks a child may advertise; children come in the order of the configuration. */
export interface Offer {
  readonly child: string;
  readonly uplinks: readonly AdvertisedUplink[];
  /** It cannot be reached at the moment: requests to others first. */
  readonly isSuspect?: boolean;
}

export type PlannedService = UplinkOfChild | UplinkOfAll;

/** One uplink on one child, looked after as the child says. */
export interface UplinkOfChild extends Pick<AdvertisedUplink, 'healthCheck' | 'passiveHealthCheck'> {
  readonly kind: 'child';
  readonly name: string;
  readonly uplink: string;
  readonly child: string;
}

/** One uplink over all children that advertise it. */
export interface UplinkOfAll {
  readonly kind: 'all';
  readonly name: string;
  readonly uplink: string;
  /** The one configured first. */
  readonly child: string;
  readonly parts: readonly WeightedPart[];
}

export interface WeightedPart {
  readonly child: string;
  readonly weight: number;
  /** It gets what none of the others can take. */
  readonly spare: boolean;
}

export interface Plan {
  readonly services: readonly PlannedService[];
  readonly problems: readonly Problem[];
}

export function planServices(offers: readonly Offer[]): Plan {
  const services = new Map<string, PlannedService>();
  const problems: Problem[] = [];
  const advertisers = advertisersOf(offers);
  for (const offer of offers) {
    for (const wanted of servicesOf(offer, advertisers)) {
      const owner = services.get(wanted.name);
      if (owner) problems.push(collision(owner, wanted));
      else services.set(wanted.name, wanted);
    }
  }
  return { services: [...services.values()], problems };
}

/** Unambiguous, since neither uplinks nor children have `@` in their names. */
export const unambiguousName = (uplink: string, child: string) => `${uplink}@${child}`;

/**
 * What stands first keeps the name: a child before later ones, and a service of all before one of a
 * child.
 */
function servicesOf({ child, uplinks }: Offer, advertisers: ReadonlyMap<string, Advertiser[]>) {
  const ofAll = uplinks.flatMap(({ name }): UplinkOfAll[] => {
    const all = advertisers.get(name) ?? [];
    return all[0]?.child === child ? [{ kind: 'all', name, uplink: name, child, parts: partsOf(all) }] : [];
  });
  const ofChild = uplinks.flatMap(({ name: uplink, healthCheck, passiveHealthCheck }): UplinkOfChild[] => {
    const one = { kind: 'child', uplink, child, healthCheck, passiveHealthCheck } as const;
    return [
      { ...one, name: `${uplink}-${child}` },
      { ...one, name: unambiguousName(uplink, child) },
    ];
  });
  return [...ofAll, ...ofChild];
}

interface Advertiser {
  readonly child: string;
  readonly isSuspect: boolean;
  readonly uplink: AdvertisedUplink;
}

function advertisersOf(offers: readonly Offer[]): Map<string, Advertiser[]> {
  const advertisers = new Map<string, Advertiser[]>();
  for (const { child, uplinks, isSuspect = false } of offers)
    for (const uplink of uplinks) {
      const known = advertisers.get(uplink.name);
      if (known) known.push({ child, isSuspect, uplink });
      else advertisers.set(uplink.name, [{ child, isSuspect, uplink }]);
    }
  return advertisers;
}

/** A child that says it is draining or down, or cannot be heard, stands back as long as another is ready. */
function partsOf(advertisers: readonly Advertiser[]): WeightedPart[] {
  const isReady = ({ uplink, isSuspect }: Advertiser) => uplink.state === 'ready' && !isSuspect;
  const canSpare = advertisers.some((one) => isReady(one) && one.uplink.weight > 0);
  return advertisers.map((one) => ({
    child: one.child,
    weight: one.uplink.weight,
    spare: canSpare && !isReady(one),
  }));
}

function collision(owner: PlannedService, loser: PlannedService): Problem {
  const other =
    loser.kind === 'child'
      ? `; ${described(loser)} is reached as ${unambiguousName(loser.uplink, loser.child)}@multicluster`
      : '';
  return {
    code: 'uplink-name-collision',
    severity: 'warning',
    source: { provider: 'multicluster', child: loser.child },
    text: `The service ${owner.name}@multicluster could be ${described(owner)} or ${described(loser)}; it is the former.`,
    remedy: `Rename an uplink or a child${other}.`,
  };
}

const described = (service: PlannedService) =>
  service.kind === 'child'
    ? `the uplink ${service.uplink} of the child ${service.child}`
    : `the uplink ${service.uplink} of all children`;
