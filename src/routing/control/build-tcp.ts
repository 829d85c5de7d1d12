import type { RecordKind, TcpServiceRecord } from '../../model/wire.ts';
import { parseServerAddress } from '../../proxy/stream-address.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import { qualify } from '../qualified-name.ts';
import type { TcpServersTransport, TcpService } from '../schema/tcp-section.ts';
import { TcpMiddlewares } from './build-tcp-middlewares.ts';
import { TcpRouters } from './build-tcp-routers.ts';
import { TransportBuild } from './build-transports.ts';
import type { CellLeases } from './cell-leases.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import type { Element, Merged, Merger } from './merge.ts';
import type { BuildSurroundings } from './recording-memo.ts';
import type { TcpOutcome } from './stream-runtime.ts';
import { type Balanced, type BalancerCells, StreamServices } from './stream-services.ts';
import { tcpChecks } from './tcp-checks.ts';
import {
  makeTcpTransport,
  type TcpTransport,
  tcpTransportFault,
  versionFault,
  versionOf,
} from './tcp-transport.ts';

/** Why workers could not build something, by kind and name. */
export type FailureOf = (kind: RecordKind, name: string) => string | undefined;

export interface TcpBuildInit {
  readonly merged: Merged;
  readonly models: EntryPointModels;
  readonly files: Pick<WatchedFiles, 'contents'>;
  readonly cells: CellLeases;
  /** Place of a provider; lower goes first. */
  readonly precedenceOf: (provider: string) => number;
  readonly failure: FailureOf;
}

export interface TcpBuildInput {
  readonly merger: Merger;
  readonly tls: { readonly optionNames: readonly string[]; hasOptions(name: string): boolean };
}

/** TCP routers with all they are made of. Kept from build to build; a change forgets what it touches. */
export class TcpBuild {
  readonly #transports: TransportBuild<TcpServersTransport, TcpTransport>;
  readonly #services: StreamServices<'tcpService', TcpService>;
  readonly #middlewares: TcpMiddlewares;
  readonly #routers: TcpRouters;
  #input: TcpBuildInput | undefined;
  #tlsOptions = '';

  constructor(init: TcpBuildInit, around: BuildSurroundings) {
    const { merged, files, cells } = init;
    const failure = failuresIn(init);
    const transportFailure = failure('tcpServersTransport');
    this.#transports = new TransportBuild(
      {
        elements: merged.tcpServersTransports,
        files,
        make: makeTcpTransport,
        fault: (element) => transportFailure(element.name) ?? tcpTransportFault(element),
      },
      around,
    );
    const middlewares = { elements: merged.tcpMiddlewares, cells };
    this.#middlewares = new TcpMiddlewares({ ...middlewares, failure: failure('tcpMiddleware') }, around);
    this.#services = this.#createServices(init, around);
    this.#routers = this.#createRouters(init, around);
  }

  build(input: TcpBuildInput): TcpOutcome {
    this.#input = input;
    this.#forgetChanged(input);
    const routers = this.#routers.buildAll();
    const { outcomes: services } = this.#services;
    const { outcomes: middlewares } = this.#middlewares;
    return { routers, services, middlewares, transports: this.#transports.outcomes };
  }

  /** Something about it has changed that is not written in the configuration. */
  forget(kind: RecordKind, name: string): void {
    if (kind === 'tcpService') this.#services.forget(name);
    else if (kind === 'tcpMiddleware') this.#middlewares.forget(name);
    else if (kind === 'tcpRouter') this.#routers.forget(name.slice(0, name.lastIndexOf(' ')));
  }

  #createServices(init: TcpBuildInit, around: BuildSurroundings): StreamServices<'tcpService', TcpService> {
    const { merged, cells } = init;
    return new StreamServices(
      {
        kind: 'tcpService',
        elements: merged.tcpServices,
        cells,
        word: 'service',
        failure: failuresIn(init)('tcpService'),
        balancer: (element, own) => this.#balancer(element, own),
      },
      around,
    );
  }

  #createRouters(init: TcpBuildInit, around: BuildSurroundings): TcpRouters {
    const { merged, models, precedenceOf } = init;
    return new TcpRouters(
      {
        elements: merged.tcpRouters,
        models,
        precedenceOf,
        hasTlsOptions: (name) => this.#input?.tls.hasOptions(name) ?? false,
        service: (name) => this.#services.build(name),
        middleware: (name) => this.#middlewares.build(name),
        failure: failuresIn(init)('tcpRouter'),
      },
      around,
    );
  }

  #forgetChanged({ merger, tls }: TcpBuildInput): void {
    for (const name of merger.changed('tcpServices')) this.#services.forget(name);
    for (const name of merger.changed('tcpMiddlewares')) this.#middlewares.forget(name);
    for (const name of merger.changed('tcpRouters')) this.#routers.forget(name);
    this.#transports.refresh();
    const tlsOptions = tls.optionNames.join();
    if (tlsOptions !== this.#tlsOptions) this.#routers.forgetSecured();
    this.#tlsOptions = tlsOptions;
  }

  #balancer(element: Element<TcpService>, own: BalancerCells): Balanced<TcpServiceRecord> | string {
    const { servers, serversTransport, terminationDelay, ...said } = element.value.loadBalancer!;
    const name = qualify(serversTransport || 'default@internal', element.provider);
    const fault = versionFault(said.proxyProtocol) ?? this.#transports.build(name) ?? addressFault(servers);
    if (fault !== undefined) return fault;
    const transport = this.#transports.record(name)!;
    const proxyProtocol = versionOf(said.proxyProtocol);
    const checks = tcpChecks(element, {
      transport,
      proxyProtocol: proxyProtocol ?? transport.proxyProtocol,
      cells: own.cells,
    });
    const terms = { transport: name, terminationDelayMs: terminationDelay, proxyProtocol };
    const value = { servers, ...terms, cell: own.turns, health: checks?.flags };
    return { value: { type: 'loadBalancer', value }, checks };
  }
}

const failuresIn =
  ({ failure }: TcpBuildInit) =>
  (kind: RecordKind) =>
  (name: string) =>
    failure(kind, name);

function addressFault(servers: readonly { readonly address: string }[]): string | undefined {
  try {
    for (const { address } of servers) parseServerAddress(address);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
