import { isDeepStrictEqual } from 'node:util';
import { HealthFlags } from '../../balancing/health-flags.ts';
import type { CheckedService } from '../../health/checked-service.ts';
import type { UplinkIdentity } from '../../model/peer.ts';
import type { Problem } from '../../model/problem.ts';
import type { BuildFailure, CellRef } from '../../model/wire.ts';
import type { TlsMaterial } from '../../tls/tls-material.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { RoutingSnapshot } from '../snapshot.ts';
import { TlsBuild } from './build-tls.ts';
import { type CellAllocator, CellLeases } from './cell-leases.ts';
import { EntryPointModels } from './entry-point-models.ts';
import { gatherProblems } from './gather-problems.ts';
import { HttpBuild } from './http-build.ts';
import { Runtime } from './http-runtime.ts';
import { identityRecords } from './identities.ts';
import { internalSnapshot } from './internal-elements.ts';
import { listUplinks } from './list-uplinks.ts';
import { Merger, sourceOf } from './merge.ts';
import { type RecordChange, RecordSet, type Summary } from './records.ts';
import { RouterPlans } from './router-plans.ts';
import type { RoutingOptions } from './routing-options.ts';
import type { RuntimeConfiguration, RuntimeUplink } from './runtime-configuration.ts';
import { StreamBuilds } from './stream-builds.ts';
import type { Checked } from './service-checks.ts';
import { type TlsAssignment, TlsAssignments } from './tls-assignment.ts';
import { Trial } from './trial.ts';
import { UplinkRouters } from './uplink-routers.ts';
import { UplinkTable } from './uplink-table.ts';

export interface ControlRoutingInit {
  readonly options: RoutingOptions;
  readonly cells: CellAllocator;
  readonly tls: Pick<TlsMaterial, 'read'>;
  /** What uplink entry points show to peers, by now; none where nothing is paired. */
  readonly identities?: () => readonly UplinkIdentity[];
  readonly files: Pick<WatchedFiles, 'contents'>;
}

/** What a change of configuration means: for the workers, for the API, and for whoever has to mend something. */
export interface RoutingChange extends RecordChange {
  /** Grows with each change that workers or parents have to hear of. */
  readonly generation: number;
  readonly summary: Summary;
  readonly runtime: RuntimeConfiguration;
  readonly problems: readonly Problem[];
  /** Services whose servers have to be looked after. */
  readonly checks: readonly CheckedService[];
}

/**
 * The control side of routing: whole snapshots in, differences out. Whatever a change does not touch is neither
 * planned nor built again, so that one router among ten thousand costs what one router costs.
 */
export class ControlRouting {
  readonly #init: ControlRoutingInit;
  readonly #internal: RoutingSnapshot;
  readonly #models: EntryPointModels;
  readonly #leases: CellLeases;
  readonly #records = new RecordSet();
  readonly #merger = new Merger();
  readonly #plans: RouterPlans;
  readonly #assignments = new TlsAssignments();
  readonly #uplinkRouters = new UplinkRouters();
  readonly #http: HttpBuild;
  readonly #streams: StreamBuilds;
  #snapshots: readonly RoutingSnapshot[] = [];
  /** Read when they are others: that costs more than all else of a small change. */
  #identities: readonly UplinkIdentity[] = [];
  #paired = identityRecords([], []);
  #listed: readonly RuntimeUplink[] = [];
  #generation = 0;

  /** Loads every middleware once. */
  static async create(init: ControlRoutingInit): Promise<ControlRouting> {
    return new ControlRouting(init, await Trial.create(init.files));
  }

  private constructor(init: ControlRoutingInit, trial: Trial) {
    const { options, files, cells } = init;
    this.#init = init;
    this.#internal = internalSnapshot(options);
    this.#models = new EntryPointModels(options);
    this.#leases = new CellLeases(cells);
    this.#plans = new RouterPlans(this.#models);
    const { merged } = this.#merger;
    this.#http = new HttpBuild({
      merged,
      options,
      files,
      trial,
      cells: this.#leases,
      records: this.#records,
    });
    this.#streams = new StreamBuilds({
      merged,
      models: this.#models,
      options,
      files,
      cells: this.#leases,
      records: this.#records,
    });
  }

  /** The last snapshot of each provider. */
  update(snapshots: Iterable<RoutingSnapshot>): RoutingChange {
    this.#snapshots = [...snapshots];
    this.#http.forgive();
    this.#streams.forgive();
    return this.#build();
  }

  /** Workers could not build these: whatever needs them is disabled until the next update. */
  failed(failures: readonly BuildFailure[]): RoutingChange {
    this.#http.blame(failures);
    this.#streams.blame(failures);
    return this.#build();
  }

  #build(): RoutingChange {
    this.#merger.merge([this.#internal, ...this.#snapshots]);
    const { merged } = this.#merger;
    const offered = this.#uplinkRouters.follow(this.#merger);
    const uplinks = new UplinkTable({ merged, entryPoints: this.#models.uplink, routers: offered });
    const tls = new TlsBuild(merged, this.#init.tls);
    const assignment = this.#assignments.follow(
      this.#plans.follow({ merger: this.#merger, uplinks, offered }),
      { all: () => this.#plans.all(), exists: (name) => tls.hasOptions(name) },
    );
    const http = this.#http.build({ merger: this.#merger, assignment, uplinks, tls });
    this.#putTls(tls, assignment);
    const streams = this.#streams.build({ merger: this.#merger, tls });
    this.#leases.settle();
    const finished = { ...http, ...streams, merged };
    const listed = listUplinks(uplinks, http.notable.routers, merged.services);
    const problems = [
      ...gatherProblems({ ...finished, ...http.notable }, this.#models),
      ...streams.streamProblems,
      ...uplinks.problems,
      ...tls.problems,
    ];
    const flags = (cell: CellRef) => new HealthFlags(this.#init.cells.view(cell));
    const runtime = new Runtime({ ...finished, uplinks: listed, flags });
    return { ...this.#advance(listed), runtime, problems, checks: this.#checks(http.notable, streams.tcp) };
  }

  #checks(...outcomes: readonly { readonly services: ReadonlyMap<string, Checked> }[]): CheckedService[] {
    const { merged } = this.#merger;
    return outcomes
      .flatMap(({ services }) => [...services.values()])
      .flatMap(({ checks }) => (checks ? [{ ...checks, source: sourceOf(merged, checks.element) }] : []));
  }

  #putTls(tls: TlsBuild, assignment: TlsAssignment): void {
    const { entryPoints } = this.#init.options;
    const identities = this.#init.identities?.() ?? [];
    if (!isDeepStrictEqual(identities, this.#identities)) {
      this.#identities = identities;
      this.#paired = identityRecords(identities, entryPoints);
    }
    tls.put(this.#records, { assignment, entryPoints, paired: this.#paired });
  }

  #advance(listed: readonly RuntimeUplink[]): Omit<RoutingChange, 'runtime' | 'problems' | 'checks'> {
    const change = this.#records.take();
    const isNewToParents = !isDeepStrictEqual(listed, this.#listed);
    this.#listed = listed;
    if (isNewToParents || change.put.length + change.remove.length > 0) this.#generation += 1;
    return { ...change, generation: this.#generation };
  }
}
