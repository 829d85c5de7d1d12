import { randomUUID } from 'node:crypto';
import { present } from '../config/present.ts';
import { entryPointOptions } from '../entry-points/options.ts';
import type { ProblemBook } from '../operations/problem-book.ts';
import type { Surroundings } from '../operations/surroundings.ts';
import type { Configurator } from './configurator.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

export interface ApiSurroundingsInit {
  readonly configuration: StaticConfiguration;
  readonly configurator: Configurator;
  readonly problems: ProblemBook;
  readonly version: string;
  readonly startedAt: Date;
  readonly nodeId: string;
}

/** The running node, as operations see it. */
export function apiSurroundings(init: ApiSurroundingsInit): Surroundings {
  const { configuration, configurator, problems, version, startedAt, nodeId } = init;
  return {
    runtime: () => configurator.served?.runtime,
    isDiscovering: () => !configurator.discovery.isOver,
    onChange: (listener) => configurator.onServed(listener),
    generation: () => configurator.served?.generation ?? 0,
    problems,
    version,
    startedAt,
    node: nodeId,
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
