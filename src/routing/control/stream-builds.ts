import type { Problem } from '../../model/problem.ts';
import type { BuildFailure, RecordKind } from '../../model/wire.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import { type FailureOf, TcpBuild, type TcpBuildInput } from './build-tcp.ts';
import { UdpBuild } from './build-udp.ts';
import type { CellLeases } from './cell-leases.ts';
import type { EntryPointModels } from './entry-point-models.ts';
import { Tracker } from './memo.ts';
import type { Merged } from './merge.ts';
import type { RecordSet } from './records.ts';
import type { RoutingOptions } from './routing-options.ts';
import type { TcpOutcome, UdpOutcome } from './stream-runtime.ts';

export interface StreamBuildsInit {
  readonly merged: Merged;
  readonly models: EntryPointModels;
  readonly options: RoutingOptions;
  readonly files: Pick<WatchedFiles, 'contents'>;
  readonly cells: CellLeases;
  readonly records: RecordSet;
}

export interface StreamOutcome {
  readonly tcp: TcpOutcome;
  readonly udp: UdpOutcome;
  readonly streamProblems: readonly Problem[];
}

/** TCP and UDP. */
export class StreamBuilds {
  readonly #tracker = new Tracker();
  readonly #tcp: TcpBuild;
  readonly #udp: UdpBuild;
  /** What workers could not build. */
  readonly #failures = new Map<string, BuildFailure>();

  constructor({ merged, models, options, files, cells, records }: StreamBuildsInit) {
    const failure: FailureOf = (kind, name) => this.#failures.get(keyOf(kind, name))?.text;
    const precedence = new Map(options.precedence.map((provider, place) => [provider, place]));
    const precedenceOf = (provider: string) => precedence.get(provider) ?? precedence.size;
    const surroundings = { tracker: this.#tracker, records };
    this.#tcp = new TcpBuild({ merged, models, files, cells, precedenceOf, failure }, surroundings);
    this.#udp = new UdpBuild({ merged, entryPoints: models.udp, cells, failure }, surroundings);
  }

  build(input: TcpBuildInput): StreamOutcome {
    const tcp = this.#tcp.build(input);
    const { outcome: udp, problems } = this.#udp.build(input.merger);
    this.#tracker.sweep();
    return { tcp, udp, streamProblems: problems };
  }

  blame(failures: readonly BuildFailure[]): void {
    for (const failure of failures) this.#failures.set(keyOf(failure.kind, failure.name), failure);
    this.#forgetFailures();
  }

  /** What was in the way may have gone: all is tried again. */
  forgive(): void {
    this.#forgetFailures();
    this.#failures.clear();
  }

  #forgetFailures(): void {
    for (const { kind, name } of this.#failures.values()) {
      this.#tcp.forget(kind, name);
      this.#udp.forget(kind, name);
    }
  }
}

const keyOf = (kind: RecordKind, name: string): string => `${kind} ${name}`;
