/** The HTTP part of a container: what its labels say, completed by what they leave out. */
import type { z } from 'zod';
import type { httpLabels, HttpSection } from '../../../routing/schema/http-section.ts';
import type { labelLoadBalancer, Server } from '../../../routing/schema/load-balancer.ts';
import type { HttpRouter } from '../../../routing/schema/router.ts';
import { automaticHttpService, automaticRouter } from './automatic.ts';
import { linkedRouter, type RuleContext, ruledRouter } from './routers.ts';
import { destinationOf, type ServerContext } from './servers.ts';
import { withServers } from './services.ts';

export interface CompletionContext extends RuleContext, ServerContext {
  /** Name of the automatic router and service. */
  readonly name: string;
  /** False: the services stay without this container. */
  readonly serving: boolean;
}

type Labels = z.output<typeof httpLabels>;
type LabelServer = z.output<typeof labelLoadBalancer>['servers'][number];

/** Undefined, with problems noted, when nothing of the container can go live. */
export function completeHttp(labels: Labels, context: CompletionContext): HttpSection | undefined {
  const { middlewares, serversTransports, uplinks } = labels;
  const written = servicesOf(labels, context.name);
  const services = withServers(
    written,
    (described, service) => serverFor(described, service, context),
    context.notes,
  );
  const routers = routersOf(labels, Object.keys(written), context);
  return services && { routers, services, middlewares, serversTransports, uplinks };
}

function servicesOf({ services }: Labels, name: string): Labels['services'] {
  return Object.keys(services).length > 0 ? services : { [name]: automaticHttpService };
}

function routersOf(
  { routers }: Labels,
  services: readonly string[],
  context: CompletionContext,
): Record<string, HttpRouter> {
  const declared = Object.keys(routers).length > 0;
  const automatic = services.length === 1 ? { [context.name]: automaticRouter } : {};
  const complete: Record<string, HttpRouter> = {};
  for (const [name, router] of Object.entries(declared ? routers : automatic)) {
    const element = `router ${name}@docker`;
    const ruled = ruledRouter(router, element, context);
    const linked = ruled && linkedRouter(ruled, element, services, context.notes);
    if (linked) complete[name] = linked;
  }
  return complete;
}

function serverFor(
  described: LabelServer | undefined,
  service: string,
  context: CompletionContext,
): Server | 'none' | 'fault' {
  const { scheme = '', port = '', ...server } = described ?? { url: '', preservePath: false };
  if (server.url !== '') return checkedUrl({ ...server, scheme, port }, service, context);
  if (!context.serving) return 'none';
  const destination = destinationOf(context, port);
  if (!destination) return 'fault';
  return { ...server, url: `${scheme || 'http'}://${destination.host}:${destination.port}` };
}

function checkedUrl(
  { scheme, port, ...server }: LabelServer,
  service: string,
  { notes }: CompletionContext,
): Server | 'fault' {
  const extra = [scheme && 'scheme', port && 'port'].filter(Boolean);
  if (extra.length === 0) return server;
  notes.error({
    code: 'url-and-parts',
    place: { label: `traefik.http.services.${service}.loadbalancer.server.url` },
    text: `The server of service "${service}" has a url, and ${extra.join(' and ')} beside it.`,
    remedy: 'Write the url alone, or the scheme and the port without it.',
  });
  return 'fault';
}
