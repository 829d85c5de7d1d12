import { type EntryPointSettings, entryPointSettings } from '../entry-points/settings.ts';
import { type UdpEntryPointSettings, udpEntryPointSettings } from '../entry-points/udp-settings.ts';
import { unprotectedUplink } from '../entry-points/uplink-protection.ts';
import type { Problem } from '../model/problem.ts';
import type { StaticConfiguration } from './static-options/static-configuration.ts';

/** The entry points to open; throws when one of them cannot be meant as it is written. */
export function declaredEntryPoints({ entryPoints, hub }: StaticConfiguration): {
  settings: readonly EntryPointSettings[];
  udpSettings: readonly UdpEntryPointSettings[];
  problems: readonly Problem[];
} {
  const tcp = entryPointSettings({ entryPoints, uplinkEntryPoints: hub.uplinkEntryPoints });
  const udp = udpEntryPointSettings(entryPoints);
  const { settings } = tcp;
  const problems = [...tcp.problems, ...udp.problems];
  const [mistake] = problems.filter(({ severity }) => severity === 'error');
  if (mistake !== undefined)
    throw new Error([mistake.source.element, mistake.text, mistake.remedy].filter(Boolean).join(' '));
  const isOpen = ({ name, requireVerified }: EntryPointSettings) =>
    requireVerified && hub.uplinkEntryPoints[name]?.http.tls === undefined;
  const open = hub.pairing === undefined ? settings.find(isOpen) : undefined;
  if (open !== undefined) throw new Error(unprotectedUplink(open));
  return { settings, udpSettings: udp.settings, problems };
}
