import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { formatListenAddress } from './address.ts';
import type { EntryPointSettings } from './settings.ts';
import type { UdpEntryPointSettings } from './udp-settings.ts';
import { bindUdp } from './udp-socket.ts';

/** Linux and FreeBSD let several threads listen on one port; elsewhere one worker serves. */
export const portsCanBeShared: boolean = process.platform === 'linux' || process.platform === 'freebsd';

/**
 * Makes sure that the ports are ours alone before workers share them. Sharing has no owner: without this, a
 * second program started by accident would silently take half of the connections. Port 0 becomes a real one.
 */
export async function claimPorts(settings: readonly EntryPointSettings[]): Promise<EntryPointSettings[]> {
  const servers: Server[] = [];
  try {
    const claimed: EntryPointSettings[] = [];
    for (const each of settings) claimed.push({ ...each, port: await claim(each, servers) });
    return claimed;
  } finally {
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  }
}

/** The same for UDP. */
export async function claimUdpPorts(
  settings: readonly UdpEntryPointSettings[],
): Promise<UdpEntryPointSettings[]> {
  const claimed: UdpEntryPointSettings[] = [];
  await using sockets = new AsyncDisposableStack();
  for (const each of settings) {
    try {
      const socket = sockets.use(await bindUdp(each, { shared: false }));
      claimed.push({ ...each, port: socket.address().port });
    } catch (error) {
      throw new Error(explainListenError(each, error as NodeJS.ErrnoException));
    }
  }
  return claimed;
}

async function claim(settings: EntryPointSettings, servers: Server[]): Promise<number> {
  // Whoever is early must not keep us from giving the port to the workers.
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen({ host: settings.host, port: settings.port });
    await once(server, 'listening');
  } catch (error) {
    throw new Error(explainListenError(settings, error as NodeJS.ErrnoException));
  }
  servers.push(server);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : settings.port;
}

/** The lowest port that an ordinary user may listen on, unless the system says otherwise. */
const privilegedPorts = 1024;

export function explainListenError(
  settings: Pick<EntryPointSettings, 'name' | 'host' | 'port'>,
  error: NodeJS.ErrnoException,
): string {
  const place = `The entry point ${settings.name} cannot listen on ${formatListenAddress(settings)}`;
  if (error.code === 'EADDRINUSE')
    return `${place}: the port is taken by another program or entry point. "ss -lntup" shows by which.`;
  if (error.code === 'EADDRNOTAVAIL')
    return `${place}: this machine has no such address. Leave it out (":${settings.port}") to listen on all of them.`;
  if (error.code === 'EACCES' && settings.port < privilegedPorts)
    return (
      `${place}: ports below ${privilegedPorts} need a permission. Choose a port from ${privilegedPorts} up, ` +
      'or give the program the capability NET_BIND_SERVICE (in Compose: cap_add), or ' +
      `set the system's net.ipv4.ip_unprivileged_port_start=${settings.port}.`
    );
  return `${place}: ${error.message}`;
}
