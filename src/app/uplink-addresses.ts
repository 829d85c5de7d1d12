import { networkInterfaces } from 'node:os';
import type { EntryPointSettings } from '../entry-points/settings.ts';

/**
 * `host:port` of the uplink entry points, as others may reach them: those of every network this host is in, where one
 * listens on all of them.
 */
export function uplinkAddresses(
  settings: readonly Pick<EntryPointSettings, 'kind' | 'host' | 'port'>[],
  interfaces: () => ReturnType<typeof networkInterfaces> = networkInterfaces,
): string[] {
  const uplinks = settings.filter(({ kind }) => kind === 'uplink');
  return uplinks.flatMap(({ host, port }) =>
    (host === undefined || isWildcard(host) ? hostAddresses(interfaces()) : [host]).map((address) =>
      address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    ),
  );
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === '';

/** Addresses of version 4 first; none that mean something else on another host. */
function hostAddresses(interfaces: ReturnType<typeof networkInterfaces>): string[] {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const usable = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  const ofFamily = (family: string) => usable.filter((each) => each.family === family);
  return [...ofFamily('IPv4'), ...ofFamily('IPv6')].map(({ address }) => address);
}
