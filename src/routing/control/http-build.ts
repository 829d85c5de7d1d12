import type { BuildFailure, RecordKind } from '../../model/wire.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { ServersTransport } from '../schema/servers-transport.ts';
import { MiddlewareBuild, type MiddlewareOutcome } from './build-middlewares.ts';
import { type BuiltRouter, RouterBuild } from './build-routers.ts';
import { ServiceBuild, type ServiceOutcome } from './build-services.ts';
import type { TlsBuild } from './build-tls.ts';
import { TransportBuild, type TransportOutcome } from './build-transports.ts';
import type { CellLeases } from './cell-leases.ts';
import { type HttpTransport, makeHttpTransport, spiffeFault } from './http-transport.ts';
import { Tracker } from './memo.ts';
import type { Merged, Merger } from './merge.ts';
import type { BuildSurroundings } from './recording-memo.ts';
import type { RecordSet } from './records.ts';
import type { RoutingOptions } from './routing-options.ts';
import type { TlsAssignment } from './tls-assignment.ts';
import type { Trial } from './trial.ts';
import type { UplinkTable } from './uplink-table.ts';

export interface HttpBuildInit {
  readonly merged: Merged;
  readonly options: RoutingOptions;
  readonly files: Pick<WatchedFiles, 'contents'>;
  readonly trial: Trial;
  readonly cells: CellLeases;
  readonly records: RecordSet;
}

/** What has changed, and decides what routers become. */
export interface HttpBuildInput {
  readonly merger: Merger;
  readonly assignment: TlsAssignment;
  readonly uplinks: UplinkTable;
  readonly tls: TlsBuild;
}

export interface HttpOutcome {
  readonly routers: readonly BuiltRouter[];
  /** By qualified name, of those in use; the next build changes these maps. */
  readonly services: ReadonlyMap<string, ServiceOutcome>;
  readonly middlewares: ReadonlyMap<string, MiddlewareOutcome>;
  readonly transports: ReadonlyMap<string, TransportOutcome>;
}

/** Routers with all they are made of. Kept from build to build; a change forgets what it touches. */
export class HttpBuild {
  readonly #tracker = new Tracker();
  readonly #transports: TransportBuild<ServersTransport, HttpTransport>;
  readonly #services: ServiceBuild;
  readonly #middlewares: MiddlewareBuild;
  readonly #routers: RouterBuild;
  /** What workers could not build, by kind and name. */
  readonly #failures = new Map<string, string>();
  #input: HttpBuildInput | undefined;
  #signature = '';

  constructor(init: HttpBuildInit) {
    const surroundings = { tracker: this.#tracker, records: init.records };
    const { merged, files, trial } = init;
    this.#transports = new TransportBuild(
      {
        elements: merged.serversTransports,
        files,
        make: makeHttpTransport,
        fault: ({ name, value }) => spiffeFault(name, value),
      },
      surroundings,
    );
    this.#services = this.#createServices(init, surroundings);
    this.#middlewares = new MiddlewareBuild(
      {
        elements: merged.middlewares,
        trial,
        cells: init.cells,
        service: (name) => this.#services.build(name),
        failure: this.#failureOf('middleware'),
      },
      surroundings,
    );
    this.#routers = this.#createRouters(init, surroundings);
  }

  /** `notable` are those about which there is something to tell, or to look after. */
  build(input: HttpBuildInput): HttpOutcome & { readonly notable: HttpOutcome } {
    this.#input = input;
    this.#forgetChanged(input);
    this.#routers.build(input.assignment.routers);
    this.#tracker.sweep();
    return {
      routers: [...this.#routers.outcomes.values()],
      services: this.#services.outcomes,
      middlewares: this.#middlewares.outcomes,
      transports: this.#transports.outcomes,
      notable: {
        routers: [...this.#routers.notable.values()],
        services: this.#services.notable,
        middlewares: this.#middlewares.notable,
        transports: this.#transports.outcomes,
      },
    };
  }

  blame(failures: readonly BuildFailure[]): void {
    for (const { kind, name, text } of failures) this.#failures.set(`${kind} ${name}`, text);
    this.#forgetFailures();
  }

  /** What was in the way may have gone: all is tried again. */
  forgive(): void {
    this.#forgetFailures();
    this.#failures.clear();
  }

  #createServices({ merged, options, cells }: HttpBuildInit, surroundings: BuildSurroundings): ServiceBuild {
    return new ServiceBuild(
      {
        elements: merged.services,
        cells,
        sockets: { api: options.apiSocket, prometheus: options.prometheus?.socket },
        transports: this.#transports,
        middlewares: () => this.#middlewares,
        failure: this.#failureOf('service'),
        awaited: (name) => options.multicluster && name.endsWith('@multicluster'),
      },
      surroundings,
    );
  }

  #createRouters({ options }: HttpBuildInit, surroundings: BuildSurroundings): RouterBuild {
    const precedence = new Map(options.precedence.map((provider, place) => [provider, place]));
    return new RouterBuild(
      {
        services: this.#services,
        middlewares: this.#middlewares,
        hasTlsOptions: (name) => this.#input?.tls.hasOptions(name) ?? false,
        exposedName: (name, provider) => this.#input?.uplinks.exposedName(name, provider) ?? name,
        precedenceOf: (provider) => precedence.get(provider) ?? precedence.size,
        failure: this.#failureOf('router'),
      },
      surroundings,
    );
  }

  #failureOf(kind: RecordKind): (name: string) => string | undefined {
    return (name) => this.#failures.get(`${kind} ${name}`);
  }

  #forgetFailures(): void {
    if (this.#failures.size === 0) return;
    for (const key of this.#failures.keys()) {
      const [kind, name = ''] = key.split(' ');
      if (kind === 'service') this.#services.forget(name);
      if (kind === 'middleware') this.#middlewares.forget(name);
    }
    this.#routers.forgetWhere(({ name, using }) =>
      using.some((entryPoint) => this.#failures.has(`router ${name} ${entryPoint}`)),
    );
  }

  #forgetChanged({ merger, uplinks, tls }: HttpBuildInput): void {
    for (const name of merger.changed('services')) this.#services.forget(name);
    for (const name of merger.changed('middlewares')) this.#middlewares.forget(name);
    this.#middlewares.refresh();
    this.#transports.refresh();
    const signature = `${tls.optionNames.join()} ${uplinks.signature}`;
    if (signature !== this.#signature) {
      this.#routers.forgetWhere(
        ({ tls: secure, uplinks: offered }) => offered.length > 0 || secure !== undefined,
      );
    }
    this.#signature = signature;
  }
}
