/** What the program itself adds: its own services, and routers to them, as the provider `internal`. */
import { emptyStructure, optionOf } from '../../config/option-tree.ts';
import { type DynamicConfiguration, emptyConfiguration } from '../schema/dynamic-configuration.ts';
import type { HttpMiddleware } from '../schema/middlewares.ts';
import { type HttpRouter, router } from '../schema/router.ts';
import { type ServersTransport, serversTransport } from '../schema/servers-transport.ts';
import type { HttpService } from '../schema/service.ts';
import { type TcpServersTransport, tcpServersTransport } from '../schema/tcp-section.ts';
import type { RoutingSnapshot } from '../snapshot.ts';
import type { RoutingEntryPoint, RoutingOptions } from './routing-options.ts';

const highest = 9_223_372_036_854_775_807n;

export function internalSnapshot(options: RoutingOptions): RoutingSnapshot {
  const elements = new InternalElements(options);
  const configuration: DynamicConfiguration = {
    ...emptyConfiguration(),
    http: { ...elements.add(), serversTransports: { default: defaultTransport(options) }, uplinks: {} },
    tcp: { ...emptyConfiguration().tcp, serversTransports: { default: defaultTcpTransport(options) } },
  };
  return { provider: 'internal', configuration, problems: [], origins: new Map() };
}

function defaultTransport({ serversTransport: given }: RoutingOptions): ServersTransport {
  const empty = emptyStructure(optionOf(serversTransport)) as unknown as ServersTransport;
  const forwardingTimeouts = { ...given.forwardingTimeouts, readIdleTimeout: 0, pingTimeout: 15_000 };
  const { insecureSkipVerify, rootCAs, maxIdleConnsPerHost } = given;
  return { ...empty, insecureSkipVerify, rootCAs, maxIdleConnsPerHost, forwardingTimeouts };
}

function defaultTcpTransport({ tcpServersTransport: given }: RoutingOptions): TcpServersTransport {
  const empty = emptyStructure(optionOf(tcpServersTransport)) as unknown as TcpServersTransport;
  if (given === undefined) return empty;
  const { dialKeepAlive, dialTimeout, terminationDelay, tls } = given;
  const names = { serverName: '', certificates: [], peerCertURI: '' };
  return { ...empty, dialKeepAlive, dialTimeout, terminationDelay, tls: tls && { ...names, ...tls } };
}

interface Answer {
  readonly entryPoint: string;
  readonly manualRouting: boolean;
  readonly path: string;
}

class InternalElements {
  readonly #options: RoutingOptions;
  readonly #routers: Record<string, HttpRouter> = {};
  readonly #services: Record<string, HttpService> = { noop: internalService('noop') };
  readonly #middlewares: Record<string, HttpMiddleware> = {};

  constructor(options: RoutingOptions) {
    this.#options = options;
  }

  add(): Pick<DynamicConfiguration['http'], 'routers' | 'services' | 'middlewares'> {
    const { entryPoints, api, ping, prometheus, pairing } = this.#options;
    const uplinks = entryPoints.filter(({ kind }) => kind === 'uplink');
    if (api || uplinks.length > 0) this.#services.api = internalService('api');
    if (api?.insecure)
      this.#router('api', { ...prefix('/api'), entryPoints: ['traefik'], priority: highest - 1n });
    if (ping) this.#addAnswer('ping', { ...ping, path: '/ping' });
    if (prometheus) this.#addAnswer('prometheus', { ...prometheus, path: '/metrics' });
    for (const entryPoint of entryPoints) this.#addRedirection(entryPoint);
    for (const { name } of uplinks) this.#addUplinkList(name);
    if (pairing) for (const { name } of uplinks) this.#addPeerQuestions(name);
    return { routers: this.#routers, services: this.#services, middlewares: this.#middlewares };
  }

  #router(name: string, said: Partial<HttpRouter>): void {
    const empty = emptyStructure(optionOf(router)) as unknown as HttpRouter;
    this.#routers[name] = { ...empty, service: name, ...said };
  }

  #addAnswer(name: 'ping' | 'prometheus', { entryPoint, manualRouting, path }: Answer): void {
    this.#services[name] = internalService(name);
    if (manualRouting) return;
    this.#router(name, { ...prefix(path), entryPoints: [entryPoint], priority: highest });
  }

  #addRedirection({ name, options }: RoutingEntryPoint): void {
    const redirection = options.http.redirections?.entryPoint;
    if (!redirection) return;
    const { to, scheme, permanent, priority } = redirection;
    const router = `${name}-to-${to}`
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean)
      .join('-');
    const middleware = `redirect-${router}`;
    const port = to.startsWith(':') ? to.slice(1) : String(this.#portOf(to) ?? '');
    this.#middlewares[middleware] = { redirectScheme: { scheme, port, permanent } };
    this.#router(router, {
      rule: 'HostRegexp(`^.+$`)',
      entryPoints: [name],
      middlewares: [middleware],
      service: 'noop',
      priority,
    });
  }

  #portOf(entryPoint: string): number | undefined {
    return this.#options.entryPoints.find(({ name }) => name === entryPoint)?.port;
  }

  /** Parents ask for the list without the header that their other requests carry. */
  #addUplinkList(entryPoint: string): void {
    const name = `uplinks-${entryPoint}`;
    this.#middlewares[name] = { replacePath: { path: `/uplink-entry-points/${entryPoint}` } };
    this.#router(name, {
      rule: 'Path(`/api/uplinks`) && Method(`GET`)',
      entryPoints: [entryPoint],
      middlewares: [name],
      service: 'api',
      priority: highest,
    });
  }

  /** Which peer may ask which of them is for the entry point to say (`worker/uplink-mux.ts`). */
  #addPeerQuestions(entryPoint: string): void {
    const name = `pairing-${entryPoint}`;
    this.#middlewares[name] = { addPrefix: { prefix: '/peers' } };
    this.#router(name, {
      rule: 'PathPrefix(`/api/pairing/`) && Method(`POST`)',
      entryPoints: [entryPoint],
      middlewares: [name],
      service: 'api',
      priority: highest,
    });
  }
}

const prefix = (path: string) => ({ rule: `PathPrefix(\`${path}\`)` });

function internalService(internal: NonNullable<HttpService['internal']>): HttpService {
  return { internal, middlewares: [] };
}
