import { qualify } from '../qualified-name.ts';
import type { HttpService } from '../schema/service.ts';
import type { BuiltRouter } from './build-routers.ts';
import type { Elements } from './merge.ts';
import type { RuntimeUplink } from './runtime-configuration.ts';
import type { UplinkTable } from './uplink-table.ts';

/** The uplinks that are served, with what stands behind them; one without a sound router is not offered. */
export function listUplinks(
  table: UplinkTable,
  routers: readonly BuiltRouter[],
  services: Elements<HttpService>,
): RuntimeUplink[] {
  if (table.placed.size === 0) return [];
  const routersOf = new Map<string, BuiltRouter[]>();
  for (const router of routers) {
    if (router.status === 'disabled') continue;
    for (const name of new Set(router.planned.uplinks)) {
      const exposed = table.exposedName(name, router.planned.provider);
      routersOf.set(exposed, [...(routersOf.get(exposed) ?? []), router]);
    }
  }
  const served = [...table.placed.values()].filter(({ exposedName }) => routersOf.has(exposedName));
  const listed = served.map((uplink) => {
    const own = (routersOf.get(uplink.exposedName) ?? []).map(({ planned }) => planned);
    const behind = new Set(own.map(({ written, provider }) => qualify(written.service, provider)));
    const servers = serversOf([...behind], services, new Set()).size;
    return { ...uplink, rules: [...new Set(own.map(({ written }) => written.rule))].sort(), servers };
  });
  return listed.sort((a, b) => (a.exposedName < b.exposedName ? -1 : 1));
}

/** Each server once, through composite services. */
function serversOf(
  names: readonly string[],
  services: Elements<HttpService>,
  seen: Set<string>,
): Set<string> {
  const urls = new Set<string>();
  for (const name of names) {
    const element = services.get(name);
    if (!element || seen.has(name)) continue;
    seen.add(name);
    for (const { url } of element.value.loadBalancer?.servers ?? []) urls.add(url);
    const parts = element.value.weighted?.services ?? [];
    const below = parts.map((part) => qualify(part.name, element.provider));
    for (const url of serversOf(below, services, seen)) urls.add(url);
  }
  return urls;
}
