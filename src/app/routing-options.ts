import { parseListenAddress } from '../entry-points/address.ts';
import type { EntryPointOptions } from '../entry-points/options.ts';
import type { EntryPointSettings } from '../entry-points/settings.ts';
import {
  defaultPrecedence,
  type RoutingEntryPoint,
  type RoutingOptions,
} from '../routing/control/routing-options.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

export interface OpenedPlaces {
  /** With the ports that were claimed. */
  readonly settings: readonly Pick<EntryPointSettings, 'name' | 'port'>[];
  readonly apiSocket: string;
  /** Undefined: nobody asks there. */
  readonly metricsSocket?: string | undefined;
}

/** What routing takes from the static configuration. */
export function routingOptions(
  configuration: StaticConfiguration,
  { settings, apiSocket, metricsSocket }: OpenedPlaces,
): RoutingOptions {
  const { entryPoints, hub, core, providers, api, ping, serversTransport, tcpServersTransport } =
    configuration;
  const prometheus = configuration.metrics?.prometheus;
  const ports = new Map(settings.map(({ name, port }) => [name, port]));
  const entries = (
    kind: RoutingEntryPoint['kind'],
    declared: Readonly<Record<string, EntryPointOptions>>,
  ): RoutingEntryPoint[] =>
    Object.entries(declared).map(([name, options]) => {
      const address = parseListenAddress(options.address);
      const { port, protocol } = typeof address === 'string' ? noAddress : address;
      return { name, kind, protocol, port: ports.get(name) ?? port, options };
    });
  return {
    entryPoints: [...entries('normal', entryPoints), ...entries('uplink', hub.uplinkEntryPoints)],
    defaultRuleSyntax: core?.defaultRuleSyntax ?? '',
    precedence: precedence(providers.precedence),
    api,
    ping,
    serversTransport,
    tcpServersTransport,
    apiSocket,
    ...(prometheus &&
      metricsSocket !== undefined && { prometheus: { ...prometheus, socket: metricsSocket } }),
    multicluster: hub.providers.multicluster?.enabled ?? false,
    pairing: hub.pairing !== undefined,
  };
}

const noAddress = { port: 0, protocol: 'tcp' } as const;

/** Whoever is not listed loses against whoever is. */
function precedence(written: readonly string[]): readonly string[] {
  return written.length > 0 ? written.map((name) => name.toLowerCase()) : defaultPrecedence;
}
