import type { TcpQuestion } from '../../health/checked-service.ts';
import type { TcpTransportRecord } from '../../model/wire.ts';
import { parseServerAddress } from '../../proxy/stream-address.ts';
import type { TcpService } from '../schema/tcp-section.ts';
import type { Element } from './merge.ts';
import type { OwnCells } from './own-cells.ts';
import { paceOf, type ServiceChecks, serviceChecks } from './service-checks.ts';

interface Surroundings {
  readonly transport: TcpTransportRecord;
  /** Version of the header that servers expect. */
  readonly proxyProtocol: 1 | 2 | undefined;
  readonly cells: OwnCells;
}

/** How the servers of a TCP service are looked after; undefined where that is not asked for. */
export function tcpChecks(
  { name, value }: Element<TcpService>,
  { transport, proxyProtocol, cells }: Surroundings,
): ServiceChecks | undefined {
  const { servers = [], healthCheck } = value.loadBalancer ?? {};
  if (!healthCheck || servers.length === 0) return undefined;
  const { port, send, expect } = healthCheck;
  const asked = servers.map(({ address, tls }) => {
    const question: TcpQuestion = {
      kind: 'tcp',
      address: port > 0 ? `${hostOf(address)}:${port}` : address,
      tls,
      transport,
      // Another port is one that is there for checks alone.
      proxyProtocol: port > 0 ? undefined : proxyProtocol,
      send,
      expect,
      ...paceOf(healthCheck),
    };
    return { name: address, question };
  });
  return serviceChecks({ element: `tcp service ${name}`, pace: healthCheck, servers: asked }, cells);
}

function hostOf(address: string): string {
  const { host } = parseServerAddress(address);
  return host.includes(':') ? `[${host}]` : host;
}
