import { present } from '../../config/present.ts';
import type { BuiltRouter } from '../../routing/control/build-routers.ts';
import type { RuntimeStreamRouter } from '../../routing/control/runtime-configuration.ts';
import { router } from '../../routing/schema/router.ts';
import { type TcpRouter, tcpRouter } from '../../routing/schema/tcp-section.ts';
import { type UdpRouter, udpRouter } from '../../routing/schema/udp-section.ts';
import { judgement, type View } from './view.ts';

/** A router as it runs, in Traefik's words. */
export function routerView({ planned, status, errors, middlewares }: BuiltRouter): View {
  const { written, entryPoints, tls, ruleSyntax, priority, observability, uplinks } = planned;
  const running = {
    ...written,
    entryPoints: [...entryPoints],
    middlewares: [...middlewares],
    uplinks: [...uplinks],
  };
  const shown = {
    ...running,
    tls,
    observability,
    priority: priority ?? 0n,
    ruleSyntax: written.ruleSyntax && ruleSyntax,
  };
  return {
    ...(present(router, shown as never) as object),
    ...judgement(status, errors),
    ...(planned.using.length > 0 && { using: planned.using }),
  };
}

export function tcpRouterView({ written, ...judged }: RuntimeStreamRouter<TcpRouter>): View {
  return { ...(present(tcpRouter, written) as object), ...streamJudgement(judged) };
}

export function udpRouterView({ written, ...judged }: RuntimeStreamRouter<UdpRouter>): View {
  return { ...(present(udpRouter, written) as object), ...streamJudgement(judged) };
}

function streamJudgement({ status, errors, using }: Omit<RuntimeStreamRouter<unknown>, 'written'>): View {
  return { ...judgement(status, errors), ...(using.length > 0 && { using }) };
}
