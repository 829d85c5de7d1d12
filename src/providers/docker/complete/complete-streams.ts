/** The TCP and UDP parts of a container. There are no default rules here, and no automatic routers. */
import type { LabelConfiguration } from '../../../routing/schema/dynamic-configuration.ts';
import type { TcpSection } from '../../../routing/schema/tcp-section.ts';
import type { UdpSection } from '../../../routing/schema/udp-section.ts';
import type { Notes } from '../notes.ts';
import { automaticTcpService, automaticUdpService } from './automatic.ts';
import type { CompletionContext } from './complete-http.ts';
import { linkedRouter } from './routers.ts';
import { destinationOf } from './servers.ts';
import { withServers } from './services.ts';

type Elements<T> = Readonly<Record<string, T>>;

/** Undefined, with problems noted, when nothing of the container can go live. */
export function completeTcp(
  labels: LabelConfiguration['tcp'],
  context: CompletionContext,
): TcpSection | undefined {
  const { middlewares, serversTransports } = labels;
  if (!isUsed(labels)) return { routers: {}, services: {}, middlewares, serversTransports };
  const written = orElse(labels.services, { [context.name]: automaticTcpService });
  const ruled = withRules(labels.routers, context.notes);
  const routers = withService(ruled, 'tcp router', Object.keys(written), context.notes);
  const services = withServers(
    written,
    (described) => {
      const address = addressFor(described?.port, context);
      return isAddress(address) ? { tls: described?.tls ?? false, address } : address;
    },
    context.notes,
  );
  return services && { routers, services, middlewares, serversTransports };
}

/** Undefined, with problems noted, when nothing of the container can go live. */
export function completeUdp(
  labels: LabelConfiguration['udp'],
  context: CompletionContext,
): UdpSection | undefined {
  if (!isUsed(labels)) return { routers: {}, services: {} };
  const written = orElse(labels.services, { [context.name]: automaticUdpService });
  const routers = withService(labels.routers, 'udp router', Object.keys(written), context.notes);
  const services = withServers(
    written,
    (described) => {
      const address = addressFor(described?.port, context);
      return isAddress(address) ? { address } : address;
    },
    context.notes,
  );
  return services && { routers, services };
}

/** Middlewares alone do not count. */
export function isUsed({ routers, services }: { routers: object; services: object }): boolean {
  return !isEmpty(routers) || !isEmpty(services);
}

const isEmpty = (elements: object) => Object.keys(elements).length === 0;

const orElse = <T>(elements: Elements<T>, automatic: Elements<T>) =>
  isEmpty(elements) ? automatic : elements;

function withRules<T extends { readonly rule: string }>(routers: Elements<T>, notes: Notes): Elements<T> {
  const ruled = Object.entries(routers).filter(([, router]) => router.rule !== '');
  for (const [name, { rule }] of Object.entries(routers)) if (rule === '') noteNoRule(name, notes);
  return Object.fromEntries(ruled);
}

function withService<T extends { readonly service: string }>(
  routers: Elements<T>,
  word: string,
  services: readonly string[],
  notes: Notes,
): Record<string, T> {
  const linked: Record<string, T> = {};
  for (const [name, router] of Object.entries(routers)) {
    const complete = linkedRouter(router, `${word} ${name}@docker`, services, notes);
    if (complete) linked[name] = complete;
  }
  return linked;
}

function addressFor(port: string | undefined, context: CompletionContext): string | Absent {
  if (!context.serving) return 'none';
  const destination = destinationOf(context, port ?? '');
  return destination ? `${destination.host}:${destination.port}` : 'fault';
}

type Absent = 'none' | 'fault';

const isAddress = (address: string): address is Exclude<string, Absent> =>
  address !== 'none' && address !== 'fault';

function noteNoRule(name: string, notes: Notes): void {
  notes.error({
    code: 'rule-missing',
    place: { element: `tcp router ${name}@docker` },
    text: `The TCP router "${name}" has no rule.`,
    remedy: `Add the label traefik.tcp.routers.${name}.rule, for example HostSNI(\`*\`).`,
  });
}
