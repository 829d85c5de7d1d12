import { present } from '../../config/present.ts';
import type { RuntimeMiddleware, RuntimeTcp } from '../../routing/control/runtime-configuration.ts';
import { middleware } from '../../routing/schema/middlewares.ts';
import { tcpMiddleware } from '../../routing/schema/tcp-section.ts';
import { judgement, usage, type View } from './view.ts';

/** A middleware as it runs, in Traefik's words; without its secrets. */
export function middlewareView({ written, status, errors, usedBy }: RuntimeMiddleware): View {
  return {
    ...(present(middleware, written as never) as object),
    ...judgement(status, errors),
    ...usage(usedBy),
  };
}

export function tcpMiddlewareView({ written, status, errors }: RuntimeTcp['middlewares'][number]): View {
  return { ...(present(tcpMiddleware, written) as object), ...judgement(status, errors) };
}
