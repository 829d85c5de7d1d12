import type { BuiltRouter } from '../routing/control/build-routers.ts';
import type { RuntimeConfiguration } from '../routing/control/runtime-configuration.ts';
import { middlewareView, tcpMiddlewareView } from './views/middleware-view.ts';
import { routerView, tcpRouterView, udpRouterView } from './views/router-view.ts';
import { serviceView, tcpServiceView, udpServiceView } from './views/service-view.ts';
import type { View } from './views/view.ts';

export const protocols = ['http', 'tcp', 'udp'] as const;
export type Protocol = (typeof protocols)[number];
export const elementKinds = ['routers', 'services', 'middlewares'] as const;
export type ElementKind = (typeof elementKinds)[number];

/** Something that runs, with the two ways of showing it. */
export interface CatalogueEntry {
  /** Qualified. */
  readonly name: string;
  readonly provider: string;
  readonly status: string;
  /** As in `rawdata`. */
  view(): View;
}

/** Everything that runs, by protocol and kind; UDP has no middlewares. */
export function catalogue(
  runtime: RuntimeConfiguration,
  protocol: Protocol,
  kind: ElementKind,
): CatalogueEntry[] {
  if (protocol === 'http') return httpCatalogue(runtime, kind);
  if (protocol === 'tcp') return tcpCatalogue(runtime, kind);
  if (kind === 'routers') return runtime.udp.routers.map((item) => entry(item, () => udpRouterView(item)));
  if (kind === 'services') return runtime.udp.services.map((item) => entry(item, () => udpServiceView(item)));
  return [];
}

function httpCatalogue(
  { routers, services, middlewares }: RuntimeConfiguration,
  kind: ElementKind,
): CatalogueEntry[] {
  if (kind === 'routers') return routers.map(routerEntry);
  if (kind === 'services') return services.map((item) => entry(item, () => serviceView(item)));
  return middlewares.map((item) => entry(item, () => middlewareView(item)));
}

function tcpCatalogue({ tcp }: RuntimeConfiguration, kind: ElementKind): CatalogueEntry[] {
  if (kind === 'routers') return tcp.routers.map((item) => entry(item, () => tcpRouterView(item)));
  if (kind === 'services') return tcp.services.map((item) => entry(item, () => tcpServiceView(item)));
  return tcp.middlewares.map((item) => entry(item, () => tcpMiddlewareView(item)));
}

function routerEntry(built: BuiltRouter): CatalogueEntry {
  const { name, provider } = built.planned;
  return entry({ name, provider, status: built.status }, () => routerView(built));
}

function entry(
  { name, provider, status }: Pick<CatalogueEntry, 'name' | 'provider' | 'status'>,
  view: () => View,
): CatalogueEntry {
  return { name, provider, status, view };
}
