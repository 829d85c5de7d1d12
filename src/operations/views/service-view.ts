import { everybody, type Usable } from '../../balancing/smooth-round-robin.ts';
import { present } from '../../config/present.ts';
import type { RuntimeService, RuntimeStreamService } from '../../routing/control/runtime-configuration.ts';
import { service } from '../../routing/schema/service.ts';
import { type TcpService, tcpService } from '../../routing/schema/tcp-section.ts';
import { type UdpService, udpService } from '../../routing/schema/udp-section.ts';
import { judgement, usage, type View } from './view.ts';

/** A service as it runs, in Traefik's words. */
export function serviceView({ written, built, health, status, errors, usedBy }: RuntimeService): View {
  const urls = built ? (written.loadBalancer?.servers ?? []).map(({ url }) => url) : [];
  return {
    ...(present(service, written as never) as object),
    ...judgement(status, errors),
    ...usage(usedBy),
    ...serverStatus(urls, health),
  };
}

export function tcpServiceView({
  written,
  built,
  health,
  ...judged
}: RuntimeStreamService<TcpService>): View {
  const addresses = built ? (written.loadBalancer?.servers ?? []).map(({ address }) => address) : [];
  return { ...streamView(present(tcpService, written), judged), ...serverStatus(addresses, health) };
}

export function udpServiceView({ written, ...judged }: RuntimeStreamService<UdpService>): View {
  return streamView(present(udpService, written), judged);
}

function streamView(
  shown: unknown,
  { status, errors, usedBy }: Pick<RuntimeStreamService<unknown>, 'status' | 'errors' | 'usedBy'>,
): View {
  return { ...(shown as object), ...judgement(status, errors), ...usage(usedBy) };
}

/** Without health checks every server counts as up. */
function serverStatus(servers: readonly string[], health: Usable = everybody): View {
  if (servers.length === 0) return {};
  const status = servers.map((server, index) => [server, health.isUsable(index) ? 'UP' : 'DOWN']);
  return { serverStatus: Object.fromEntries(status) };
}
