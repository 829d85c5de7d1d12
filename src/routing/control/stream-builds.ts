import type { Problem } from '../../model/problem.ts';
import type { BuildFailure } from '../../model/wire.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import { TcpBuild } from './build-tcp.ts';
import { UdpBuild } from './build-udp.ts';
import type { CellLeases } from './cell-leases.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import type { Merged } from './merge.ts';
import type { RecordSet } from './records.ts';
import type { RoutingOptions } from './routing-options.ts';
import type { RuntimeTcp, RuntimeUdp } from './runtime-configuration.ts';
import type { FailureOf } from './stream-services.ts';

export interface StreamBuildsInit {
  readonly merged: Merged;
  readonly models: EntryPointModels;
  readonly options: RoutingOptions;
  readonly files: Pick<WatchedFiles, 'contents'>;
  readonly cells: CellLeases;
  readonly records: RecordSet;
}

export interface StreamOutcome {
  readonly tcp: RuntimeTcp;
  readonly udp: RuntimeUdp;
  readonly streamProblems: readonly Problem[];
}

/** TCP and UDP: there are few of them, so each build makes all of them anew. */
export class StreamBuilds {
  readonly #tcp: TcpBuild;
  readonly #udp: UdpBuild;
  readonly #failures = new Map<string, string>();

  constructor({ merged, models, options, files, cells, records }: StreamBuildsInit) {
    const failure: FailureOf = (kind, name) => this.#failures.get(`${kind} ${name}`);
    const precedence = new Map(options.precedence.map((provider, place) => [provider, place]));
    const precedenceOf = (provider: string) => precedence.get(provider) ?? precedence.size;
    this.#tcp = new TcpBuild({ merged, models, files, cells, records, precedenceOf, failure });
    this.#udp = new UdpBuild({ merged, entryPoints: models.udp, cells, records, failure });
  }

  build(hasTlsOptions: (name: string) => boolean): StreamOutcome {
    const { runtime: udp, problems } = this.#udp.build();
    return { tcp: this.#tcp.build(hasTlsOptions), udp, streamProblems: problems };
  }

  blame(failures: readonly BuildFailure[]): void {
    for (const { kind, name, text } of failures) this.#failures.set(`${kind} ${name}`, text);
  }

  /** What was in the way may have gone: all is tried again. */
  forgive(): void {
    this.#failures.clear();
  }
}
