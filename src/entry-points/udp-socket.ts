import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

interface UdpPlace {
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

/** Without IPv6 there is still IPv4. */
const noIpv6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']);

/** A bound socket; `shared` with the other workers. */
export async function bindUdp({ host, port }: UdpPlace, { shared }: { shared: boolean }): Promise<Socket> {
  if (host !== undefined) return await bind({ host, port, family: isIPv6(host) ? 'udp6' : 'udp4', shared });
  try {
    return await bind({ host: '::', port, family: 'udp6', shared });
  } catch (error) {
    if (!noIpv6.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return await bind({ host: '0.0.0.0', port, family: 'udp4', shared });
  }
}

interface Binding {
  readonly host: string;
  readonly port: number;
  readonly family: 'udp4' | 'udp6';
  readonly shared: boolean;
}

async function bind({ host, port, family, shared }: Binding): Promise<Socket> {
  const socket = createSocket({ type: family, reusePort: shared });
  try {
    socket.bind({ address: host, port, exclusive: true });
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}
