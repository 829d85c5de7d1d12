import { qualify } from '../qualified-name.ts';
import type { UdpRouter } from '../schema/udp-section.ts';
import type { Element, Merged } from './merge.ts';
import type { RuntimeStreamRouter, RuntimeUdp } from './runtime-configuration.ts';
import { byName, usersOf } from './usage.ts';

/** UDP routers are not served yet; they are judged all the same. `entryPoints` are all there are for UDP. */
export function judgeUdp(merged: Merged, entryPoints: readonly string[]): RuntimeUdp {
  const routers = [...merged.udpRouters.values()]
    .map((element) => judgeRouter(element, { merged, entryPoints }))
    .sort(byName);
  const users = usersOf(routers.map(({ name, provider, written }) => [name, provider, [written.service]]));
  const services = [...merged.udpServices.values()].map(({ name, provider, value }) => ({
    name,
    provider,
    status: 'enabled' as const,
    errors: [],
    written: value,
    built: false,
    usedBy: users.get(name) ?? [],
  }));
  return { routers, services: services.sort(byName) };
}

function judgeRouter(
  { name, provider, value }: Element<UdpRouter>,
  { merged, entryPoints }: { merged: Merged; entryPoints: readonly string[] },
): RuntimeStreamRouter<UdpRouter> {
  const wanted = value.entryPoints.length > 0 ? value.entryPoints : entryPoints;
  const using = [...new Set(wanted)].filter((each) => entryPoints.includes(each));
  const missing = new Set(wanted.filter((each) => !using.includes(each)));
  const errors = [...missing].map((each) => `entryPoint "${each}" doesn't exist`);
  const judged = { name, provider, written: value, using };
  const service = qualify(value.service, provider);
  if (using.length === 0) errors.push('no valid entryPoint for this router');
  else if (!merged.udpServices.has(service)) errors.push(`the UDP service "${service}" does not exist`);
  else return { ...judged, status: errors.length > 0 ? 'warning' : 'enabled', errors };
  return { ...judged, status: 'disabled', errors };
}
