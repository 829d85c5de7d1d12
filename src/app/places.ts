import { claimPorts, claimUdpPorts } from '../entry-points/port-claim.ts';
import type { EntryPointSettings } from '../entry-points/settings.ts';
import type { UdpEntryPointSettings } from '../entry-points/udp-settings.ts';
import type { Logger } from '../observability/logger.ts';
import { defaultCertificate, type PemPair } from '../tls/default-certificate.ts';
import { PrivateSocket } from './private-socket.ts';
import { openDataDirectory } from './data-directory.ts';

export interface PlacesInit {
  readonly settings: readonly EntryPointSettings[];
  readonly udpSettings: readonly UdpEntryPointSettings[];
  /** The option; empty lets the user the program runs as decide. */
  readonly dataDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

/** What one running node has to itself on its machine. */
export interface Places {
  /** With the ports that were claimed. */
  readonly settings: readonly EntryPointSettings[];
  readonly udpSettings: readonly UdpEntryPointSettings[];
  readonly socket: PrivateSocket;
  /** The data directory. */
  readonly directory: string;
  /** The same after a restart. */
  readonly nodeId: string;
  /** Shown to clients when no other certificate fits. */
  readonly certificate: PemPair;
}

export async function openPlaces(init: PlacesInit, stack: AsyncDisposableStack): Promise<Places> {
  const settings = await claimPorts(init.settings);
  const udpSettings = await claimUdpPorts(init.udpSettings);
  const directory = stack.use(await openDataDirectory({ written: init.dataDirectory, env: init.env }));
  if (directory.notice !== undefined) init.log.warn(directory.notice);
  const socket = stack.use(new PrivateSocket(directory.path, 'api'));
  const certificate = await defaultCertificate({ directory: directory.path, nowMs: Date.now() });
  return { settings, udpSettings, socket, directory: directory.path, nodeId: directory.nodeId, certificate };
}
