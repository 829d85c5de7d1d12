import { sharedCountWords } from '../../balancing/shared-counts.ts';
import type { CellRef, TcpMiddlewareRecord, TcpServiceRecord } from '../../model/wire.ts';
import { parseServerAddress } from '../../proxy/stream-address.ts';
import { parseAddressRange } from '../../support/address-range.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import { qualify } from '../qualified-name.ts';
import type { TcpMiddleware, TcpService } from '../schema/tcp-section.ts';
import { TcpTransports, versionFault, versionOf } from './build-tcp-transports.ts';
import type { CellLeases } from './cell-leases.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import { HeldCells } from './held-cells.ts';
import { type JudgedTcpRouter, judgeTcpRouter } from './judge-tcp-router.ts';
import type { Element, Merged } from './merge.ts';
import { makeRecord, type RecordSet } from './records.ts';
import type { RuntimeTcp } from './runtime-configuration.ts';
import { type FailureOf, StreamServices } from './stream-services.ts';
import { byName, usersOf } from './usage.ts';

export interface TcpBuildInit {
  readonly merged: Merged;
  readonly models: EntryPointModels;
  readonly files: Pick<WatchedFiles, 'contents'>;
  readonly cells: CellLeases;
  readonly records: RecordSet;
  /** Place of a provider; lower goes first. */
  readonly precedenceOf: (provider: string) => number;
  readonly failure: FailureOf;
}

type Balancer = Extract<TcpServiceRecord, { type: 'loadBalancer' }>;

/** TCP routers with all they are made of, built as a whole. */
export class TcpBuild {
  readonly #init: TcpBuildInit;
  readonly #cells: HeldCells;
  #transports: TcpTransports;
  #services: StreamServices<TcpService, Balancer>;
  /** Texts are faults. */
  readonly #middlewares = new Map<string, TcpMiddlewareRecord | string>();

  constructor(init: TcpBuildInit) {
    this.#init = init;
    this.#cells = new HeldCells(init.cells);
    this.#transports = this.#newTransports();
    this.#services = this.#newServices();
  }

  build(hasTlsOptions: (name: string) => boolean): RuntimeTcp {
    this.#transports = this.#newTransports();
    this.#services = this.#newServices();
    this.#middlewares.clear();
    const { merged, models } = this.#init;
    const surroundings = {
      models,
      hasTlsOptions,
      service: (name: string) => this.#services.build(name),
      middleware: (name: string) => this.#middleware(name),
      failure: (name: string) => this.#init.failure('tcpRouter', name),
    };
    const routers = [...merged.tcpRouters.values()].map((element) => judgeTcpRouter(element, surroundings));
    this.#record(routers);
    this.#cells.settle();
    return this.#runtime(routers.map(({ runtime }) => runtime).sort(byName));
  }

  #newTransports(): TcpTransports {
    const { merged, files } = this.#init;
    const failure = (name: string) => this.#init.failure('tcpServersTransport', name);
    return new TcpTransports({ elements: merged.tcpServersTransports, files, failure });
  }

  #newServices(): StreamServices<TcpService, Balancer> {
    return new StreamServices({
      elements: this.#init.merged.tcpServices,
      cells: this.#cells,
      word: 'service',
      failure: (name: string) => this.#init.failure('tcpService', name),
      balancer: (element, cell) => this.#balancer(element, cell),
    });
  }

  #balancer({ value, provider }: Element<TcpService>, cell: CellRef | undefined): Balancer | string {
    const { servers = [], serversTransport = '', proxyProtocol, terminationDelay } = value.loadBalancer ?? {};
    const transport = qualify(serversTransport || 'default@internal', provider);
    const fault = versionFault(proxyProtocol) ?? this.#transports.build(transport);
    if (fault !== undefined) return fault;
    try {
      for (const { address } of servers) parseServerAddress(address);
    } catch (error) {
      return (error as Error).message;
    }
    const own = { terminationDelayMs: terminationDelay, proxyProtocol: versionOf(proxyProtocol) };
    return { type: 'loadBalancer', value: { servers, transport, ...own, cell } };
  }

  /** Why it cannot be used, or undefined. */
  #middleware(name: string): string | undefined {
    let outcome = this.#middlewares.get(name);
    if (outcome === undefined) this.#middlewares.set(name, (outcome = this.#buildMiddleware(name)));
    return typeof outcome === 'string' ? outcome : undefined;
  }

  #buildMiddleware(name: string): TcpMiddlewareRecord | string {
    const element = this.#init.merged.tcpMiddlewares.get(name);
    if (!element) return `the middleware "${name}" does not exist`;
    const fault = middlewareFault(element.value) ?? this.#init.failure('tcpMiddleware', name);
    if (fault !== undefined) return fault;
    const { inFlightConn, ipAllowList, ipWhiteList } = element.value;
    if (inFlightConn) {
      // One cell whatever the amount: connections go on being counted when it changes.
      const cell = this.#cells.want(`tcp middleware ${name}`, sharedCountWords);
      return { type: 'inFlightConn', amount: inFlightConn.amount, cell };
    }
    const { sourceRange } = ipAllowList ?? ipWhiteList ?? { sourceRange: [] };
    return { type: 'ipAllowList', sourceRange };
  }

  #record(routers: readonly JudgedTcpRouter[]): void {
    const { records, precedenceOf } = this.#init;
    const served = routers.flatMap(({ runtime, value }) =>
      value === undefined
        ? []
        : runtime.using.map((entryPoint) => {
            const precedence = precedenceOf(runtime.provider);
            return makeRecord('tcpRouter', `${runtime.name} ${entryPoint}`, {
              ...value,
              entryPoint,
              precedence,
            });
          }),
    );
    const services = [...this.#services.values()].map(([name, value]) =>
      makeRecord('tcpService', name, value),
    );
    const transports = [...this.#transports.values()].map(([name, value]) =>
      makeRecord('tcpServersTransport', name, value),
    );
    const middlewares = [...this.#middlewares].flatMap(([name, value]) =>
      typeof value === 'string' ? [] : [makeRecord('tcpMiddleware', name, value)],
    );
    records.replaceKind('tcpRouter', served);
    records.replaceKind('tcpService', services);
    records.replaceKind('tcpServersTransport', transports);
    records.replaceKind('tcpMiddleware', middlewares);
  }

  #runtime(routers: RuntimeTcp['routers']): RuntimeTcp {
    const { merged } = this.#init;
    const serviceUsers = usersOf(
      routers.map(({ name, provider, written }) => [name, provider, [written.service]]),
    );
    const middlewareUsers = usersOf(
      routers.map(({ name, provider, written }) => [name, provider, written.middlewares]),
    );
    const services = [...merged.tcpServices.values()].map(({ name, provider, value }) => ({
      name,
      provider,
      status: 'enabled' as const,
      errors: [],
      written: withTransport(value, provider),
      built: this.#services.isBuilt(name),
      usedBy: serviceUsers.get(name) ?? [],
    }));
    const middlewares = [...merged.tcpMiddlewares.values()].map(({ name, provider, value }) => {
      const fault = this.#middlewares.get(name);
      const error = typeof fault === 'string' ? fault : undefined;
      const status = error === undefined ? ('enabled' as const) : ('disabled' as const);
      const errors = error === undefined ? [] : [error];
      return { name, provider, status, errors, written: value, usedBy: middlewareUsers.get(name) ?? [] };
    });
    return { routers, services: services.sort(byName), middlewares: middlewares.sort(byName) };
  }
}

function middlewareFault({ inFlightConn, ipAllowList, ipWhiteList }: TcpMiddleware): string | undefined {
  const given = [inFlightConn, ipAllowList, ipWhiteList].filter((kind) => kind !== undefined);
  if (given.length !== 1) return 'a middleware has exactly one kind';
  const { sourceRange } = ipAllowList ?? ipWhiteList ?? {};
  if (sourceRange?.length === 0) return 'sourceRange is empty';
  const wrong = sourceRange?.find((written) => parseAddressRange(written) === undefined);
  return wrong === undefined ? undefined : `"${wrong}" in sourceRange is neither an address nor a range`;
}

function withTransport(service: TcpService, provider: string): TcpService {
  const { loadBalancer } = service;
  if (!loadBalancer?.serversTransport) return service;
  const serversTransport = qualify(loadBalancer.serversTransport, provider);
  return { ...service, loadBalancer: { ...loadBalancer, serversTransport } };
}
