/** What the parent lets a child advertise: names on its list, weights up to its cap, checks at a pace that can be borne. */
import type { Problem } from '../../model/problem.ts';
import { isUplinkName, uplinkNameRule } from '../../model/uplink-name.ts';
import { matchesGlob } from './glob.ts';
import type { HealthCheck, PassiveHealthCheck } from '../../routing/schema/health-check.ts';
import type { ChildOptions } from './options.ts';
import type { AdvertisedUplink } from './uplink-list.ts';

export interface Admission {
  readonly uplinks: readonly AdvertisedUplink[];
  readonly problems: readonly Problem[];
}

/** Far above any use, and low enough for the sums of a balancer in 32 bits. */
const weightLimit = 1_000_000;

/** No child makes this node ask more often, or remember more. */
const checkMsMin = 500;
const attemptsMax = 1_000;

export function admitUplinks(
  child: string,
  { allow, maxWeight = weightLimit }: Pick<ChildOptions, 'allow' | 'maxWeight'>,
  advertised: readonly AdvertisedUplink[],
): Admission {
  const cap = Math.min(maxWeight, weightLimit);
  const isAllowed = ({ name }: AdvertisedUplink) =>
    allow.length === 0 || allow.some((glob) => matchesGlob(glob, name));
  const named = advertised.filter(({ name }) => isUplinkName(name));
  const allowed = named.filter(isAllowed);
  return {
    uplinks: allowed.map((uplink) => ({
      ...uplink,
      weight: Math.min(uplink.weight, cap),
      ...calmed(uplink),
    })),
    problems: [
      ...advertised.filter(({ name }) => !isUplinkName(name)).map((uplink) => misnamed(child, uplink)),
      ...named.filter((uplink) => !isAllowed(uplink)).map((uplink) => refused(child, uplink)),
      ...allowed.filter(({ weight }) => weight > cap).map((uplink) => capped(child, uplink, cap)),
    ],
  };
}

function calmed({ healthCheck, passiveHealthCheck }: AdvertisedUplink): Partial<AdvertisedUplink> {
  return {
    ...(healthCheck && { healthCheck: slower(healthCheck) }),
    ...(passiveHealthCheck && { passiveHealthCheck: shorter(passiveHealthCheck) }),
  };
}

/** What is not above 0 stands for the usual. */
function slower(check: HealthCheck): HealthCheck {
  const atLeast = (ms: number) => (ms > 0 ? Math.max(ms, checkMsMin) : ms);
  const { interval, unhealthyInterval = interval } = check;
  return { ...check, interval: atLeast(interval), unhealthyInterval: atLeast(unhealthyInterval) };
}

const shorter = (check: PassiveHealthCheck): PassiveHealthCheck => ({
  ...check,
  maxFailedAttempts: Math.min(check.maxFailedAttempts, attemptsMax),
});

const misnamed = (child: string, { name }: AdvertisedUplink): Problem => ({
  code: 'uplink-name-wrong',
  severity: 'warning',
  source: { provider: 'multicluster', child },
  text: `Child ${child} advertises an uplink by the name ${JSON.stringify(name.slice(0, 100))}; it is ignored.`,
  remedy: `Give it an exposeName on the child: ${uplinkNameRule}.`,
});

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
