import type { Problem } from '../../model/problem.ts';
import type { BuildFailure, RecordKind } from '../../model/wire.ts';
import type { TlsMaterial } from '../../tls/tls-material.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { HttpRouter } from '../schema/router.ts';
import type { HttpService } from '../schema/service.ts';
import type { RoutingSnapshot } from '../snapshot.ts';
import { MiddlewareBuild } from './build-middlewares.ts';
import { RouterBuild, type RouterMemory } from './build-routers.ts';
import { ServiceBuild, type ServiceMemory } from './build-services.ts';
import { TlsBuild } from './build-tls.ts';
import { TransportBuild } from './build-transports.ts';
import { type CellAllocator, CellLeases } from './cell-leases.ts';
import { EntryPointModels } from './entry-point-models.ts';
import { gatherProblems } from './gather-problems.ts';
import { Runtime } from './http-runtime.ts';
import { internalSnapshot } from './internal-elements.ts';
import { judgeTcp } from './judge-tcp.ts';
import { judgeUdp } from './judge-udp.ts';
import { listUplinks } from './list-uplinks.ts';
import { type Element, type Merged, Merger } from './merge.ts';
import { type PlannedRouter, planRouter } from './plan-router.ts';
import { makeRecord, type RecordChange, RecordSet } from './records.ts';
import type { RoutingOptions } from './routing-options.ts';
import type { RuntimeConfiguration } from './runtime-configuration.ts';
import { type Summary, summarize } from './summarize.ts';
import { assignTlsOptions, type TlsAssignment } from './tls-assignment.ts';
import { Trial } from './trial.ts';
import { UplinkTable } from './uplink-table.ts';

export interface ControlRoutingInit {
  readonly options: RoutingOptions;
  readonly cells: CellAllocator;
  readonly tls: Pick<TlsMaterial, 'read'>;
  readonly files: Pick<WatchedFiles, 'contents'>;
}

/**
 * What a change of configuration means: for the workers, for the API, and for whoever has to mend
 * something.
 */
export interface RoutingChange extends RecordChange {
  /** Grows with each change that workers have to hear of. */
  readonly generation: number;
  readonly summary: Summary;
  readonly runtime: RuntimeConfiguration;
  readonly problems: readonly Problem[];
}

interface Plan {
  readonly entryPoints: string;
  readonly routers: readonly PlannedRouter[];
}

/**
 * The control side of routing. Each update is a whole build, from snapshots to records; it is cheap because whatever
 * depends on one element alone is remembered with that element.
 */
export class ControlRouting {
  readonly #init: ControlRoutingInit;
  readonly #trial: Trial;
  readonly #models: EntryPointModels;
  readonly #leases: CellLeases;
  readonly #internal: RoutingSnapshot;
  readonly #merger = new Merger();
  readonly #plans = new WeakMap<Element<HttpRouter>, Plan>();
  readonly #routerMemory = new WeakMap<PlannedRouter, RouterMemory>();
  readonly #serviceMemory = new WeakMap<Element<HttpService>, ServiceMemory>();
  /** What workers could not build, by kind and name. Tried anew with each update: what was in the way may have gone. */
  readonly #failures = new Map<string, string>();
  readonly #precedence: ReadonlyMap<string, number>;
  #snapshots: readonly RoutingSnapshot[] = [];
  #records = new RecordSet();
  #generation = 0;

  /** Loads every middleware once. */
  static async create(init: ControlRoutingInit): Promise<ControlRouting> {
    return new ControlRouting(init, await Trial.create());
  }

  private constructor(init: ControlRoutingInit, trial: Trial) {
    this.#init = init;
    this.#trial = trial;
    this.#models = new EntryPointModels(init.options);
    this.#leases = new CellLeases(init.cells);
    this.#internal = internalSnapshot(init.options);
    this.#precedence = new Map(init.options.precedence.map((provider, place) => [provider, place]));
  }

  /** The last snapshot of each provider. */
  update(snapshots: Iterable<RoutingSnapshot>): RoutingChange {
    this.#snapshots = [...snapshots];
    this.#failures.clear();
    return this.#build();
  }

  /** Workers could not build these: whatever needs them is disabled until the next update. */
  failed(failures: readonly BuildFailure[]): RoutingChange {
    for (const { kind, name, text } of failures) this.#failures.set(`${kind} ${name}`, text);
    return this.#build();
  }

  #build(): RoutingChange {
    const merged = this.#merger.merge([this.#internal, ...this.#snapshots]);
    const uplinks = new UplinkTable(merged, this.#models.uplink);
    const tls = new TlsBuild(merged, this.#init.tls);
    const planned = this.#plan(merged, uplinks);
    const assignment = assignTlsOptions(planned, (name) => tls.hasOptions(name));
    const build = this.#buildHttp({ merged, uplinks, tls, assignment });
    this.#leases.settle();
    const tcp = judgeTcp({
      merged,
      defaults: this.#models.defaults,
      hasEntryPoint: (name) => this.#models.isNormal(name),
      hasTlsOptions: (name) => tls.hasOptions(name),
    });
    const finished = { ...build, merged, tcp, udp: judgeUdp(merged, this.#models.udp) };
    const listed = listUplinks(uplinks, build.routers, merged.services);
    const problems = [...gatherProblems(finished), ...uplinks.problems, ...tls.problems];
    return {
      ...this.#advance(build.records),
      runtime: new Runtime({ ...finished, uplinks: listed }),
      problems,
    };
  }

  #advance(records: RecordSet): RecordChange & Pick<RoutingChange, 'generation' | 'summary'> {
    const change = records.since(this.#records);
    const summary = summarize(change, this.#records);
    this.#records = records;
    if (change.put.length + change.remove.length > 0) this.#generation += 1;
    return { ...change, summary, generation: this.#generation };
  }

  #plan(merged: Merged, uplinks: UplinkTable): PlannedRouter[] {
    const planned: PlannedRouter[] = [];
    for (const element of merged.routers.values()) {
      const { provider, value } = element;
      const forParents = value.uplinks.length > 0;
      const places = forParents ? uplinks.entryPointsOf(value.uplinks, provider) : this.#models.defaults;
      const entryPoints = places.join();
      let plan = this.#plans.get(element);
      if (plan?.entryPoints !== entryPoints) {
        plan = { entryPoints, routers: planRouter(element, places, this.#models) };
        this.#plans.set(element, plan);
      }
      planned.push(...plan.routers);
    }
    return planned;
  }

  #buildHttp({ merged, uplinks, tls, assignment }: Parts) {
    const failure = (kind: RecordKind) => (name: string) => this.#failures.get(`${kind} ${name}`);
    const transports = new TransportBuild(merged.serversTransports, this.#init.files);
    const middlewares: MiddlewareBuild = new MiddlewareBuild({
      elements: merged.middlewares,
      trial: this.#trial,
      service: (name) => services.build(name),
      failure: failure('middleware'),
    });
    const services: ServiceBuild = new ServiceBuild(
      {
        elements: merged.services,
        memory: this.#serviceMemory,
        cells: this.#leases,
        apiSocket: this.#init.options.apiSocket,
        transport: (name) => transports.build(name),
        failure: failure('service'),
        awaited: (name) => this.#init.options.multicluster && name.endsWith('@multicluster'),
      },
      () => middlewares,
    );
    transports.build('default@internal');
    const build = new RouterBuild({
      services,
      middlewares,
      hasTlsOptions: (name) => tls.hasOptions(name),
      conflicts: assignment.conflicts,
      exposedName: (name, provider) => uplinks.exposedName(name, provider),
      precedenceOf: (provider) => this.#precedence.get(provider) ?? this.#precedence.size,
      failure: failure('router'),
      memory: this.#routerMemory,
    });
    const routers = assignment.routers.map((planned) => build.build(planned));
    const records = new RecordSet();
    for (const record of build.records) records.add(record);
    for (const record of services.records) records.add(record);
    for (const record of transports.records) records.add(record);
    for (const { name, provider, value } of middlewares.used.values()) {
      const { type, options } = this.#trial.try({ name, provider, value });
      records.add(makeRecord('middleware', name, { type, options, provider, cell: undefined }));
    }
    for (const record of tls.records(assignment, this.#init.options.entryPoints)) records.add(record);
    return { routers, services, middlewares, records };
  }
}

interface Parts {
  readonly merged: Merged;
  readonly uplinks: UplinkTable;
  readonly tls: TlsBuild;
  readonly assignment: TlsAssignment;
}
