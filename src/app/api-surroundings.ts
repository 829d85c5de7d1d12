import { randomUUID } from 'node:crypto';
import { present } from '../config/present.ts';
import { entryPointOptions } from '../entry-points/options.ts';
import type { Surroundings } from '../operations/surroundings.ts';
import type { Plane } from './plane.ts';
import { uplinkAddresses } from './uplink-addresses.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

export type Seen = Pick<
  Plane,
  'configuration' | 'configurator' | 'problems' | 'pairing' | 'places' | 'version' | 'startedAt'
>;

/** The running node, as operations see it. */
export function apiSurroundings(plane: Seen): Surroundings {
  const { configuration, configurator, problems, pairing, places, version, startedAt } = plane;
  return {
    runtime: () => configurator.served?.runtime,
    isDiscovering: () => !configurator.discovery.isOver,
    onChange: (listener) => configurator.onServed(listener),
    settle: () => configurator.settle(),
    generation: () => configurator.served?.generation ?? 0,
    problems,
    pairing,
    uplinkAddresses: () => uplinkAddresses(places.settings),
    version,
    startedAt,
    node: places.nodeId,
    boot: randomUUID(),
    entryPoints: shownEntryPoints(configuration),
    providers: shownProviders(configuration),
    features: {
      tracing: configuration.tracing ? 'OTLP' : '',
      metrics: configuration.metrics?.prometheus ? 'Prometheus' : '',
      accessLog: configuration.accessLog !== undefined,
    },
  };
}

function shownEntryPoints({ entryPoints, hub }: StaticConfiguration): Record<string, object> {
  const all = Object.entries({ ...entryPoints, ...hub.uplinkEntryPoints });
  return Object.fromEntries(
    all.map(([name, options]) => [name, present(entryPointOptions, options) as object]),
  );
}

/** As Traefik names them; the order is its own, too. */
function shownProviders({ providers, hub }: StaticConfiguration): string[] {
  return [
    ...(providers.docker ? ['Docker'] : []),
    ...(providers.file ? ['File'] : []),
    ...(hub.providers.multicluster?.enabled ? ['Multicluster'] : []),
  ];
}
