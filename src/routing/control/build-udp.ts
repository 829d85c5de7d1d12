import type { Problem } from '../../model/problem.ts';
import type { RecordKind, UdpServiceRecord, WireRecord } from '../../model/wire.ts';
import { parseServerAddress } from '../../proxy/stream-address.ts';
import { qualify } from '../qualified-name.ts';
import type { UdpRouter, UdpService } from '../schema/udp-section.ts';
import type { FailureOf } from './build-tcp.ts';
import type { CellLeases } from './cell-leases.ts';
import { Memo } from './memo.ts';
import { type Element, type Merged, type Merger, sourceOf } from './merge.ts';
import type { BuildSurroundings } from './recording-memo.ts';
import { makeRecord, type RecordSet } from './records.ts';
import type { RuntimeStreamRouter } from './runtime-configuration.ts';
import type { UdpOutcome } from './stream-runtime.ts';
import { type Balanced, type BalancerCells, StreamServices } from './stream-services.ts';
import { byName } from './usage.ts';

export interface UdpBuildInit {
  readonly merged: Merged;
  /** All there are for UDP. */
  readonly entryPoints: readonly string[];
  readonly cells: CellLeases;
  readonly failure: FailureOf;
}

type Router = RuntimeStreamRouter<UdpRouter>;

/** UDP routers and their services. Kept from build to build; a change forgets what it touches. */
export class UdpBuild {
  readonly #init: UdpBuildInit;
  readonly #records: RecordSet;
  readonly #services: StreamServices<'udpService', UdpService>;
  readonly #routers: Memo<Router>;

  constructor(init: UdpBuildInit, surroundings: BuildSurroundings) {
    const { merged, cells, failure } = init;
    this.#init = init;
    this.#records = surroundings.records;
    this.#services = new StreamServices(
      {
        kind: 'udpService',
        elements: merged.udpServices,
        cells,
        word: 'UDP service',
        failure: (name) => failure('udpService', name),
        balancer: balancerOf,
      },
      surroundings,
    );
    const nothing = (): void => undefined;
    this.#routers = new Memo({ tracker: surroundings.tracker, onMade: nothing, onForgotten: nothing });
  }

  build(merger: Merger): { readonly outcome: UdpOutcome; readonly problems: readonly Problem[] } {
    for (const name of merger.changed('udpServices')) this.#services.forget(name);
    for (const name of merger.changed('udpRouters')) this.#routers.forget(name);
    const routers = [...this.#init.merged.udpRouters]
      .map(([name, element]) => this.#routers.get(name, () => this.#judge(element)))
      .sort(byName);
    const served = routers.filter(({ status }) => status !== 'disabled');
    this.#records.replaceKind('udpRouter', recordsOf(served));
    const outcome = { routers, services: this.#services.outcomes };
    return { outcome, problems: this.#shadowed(served) };
  }

  /** Something about it has changed that is not written in the configuration. */
  forget(kind: RecordKind, name: string): void {
    if (kind === 'udpService') this.#services.forget(name);
  }

  #judge({ name, provider, value }: Element<UdpRouter>): Router {
    const { entryPoints } = this.#init;
    const wanted = value.entryPoints.length > 0 ? value.entryPoints : entryPoints;
    const using = [...new Set(wanted)].filter((each) => entryPoints.includes(each));
    const missing = new Set(wanted.filter((each) => !using.includes(each)));
    const errors = [...missing].map((each) => `entryPoint "${each}" doesn't exist`);
    const judged = { name, provider, written: value, using };
    const fault =
      using.length === 0
        ? 'no valid entryPoint for this router'
        : this.#services.build(qualify(value.service, provider));
    if (fault !== undefined) return { ...judged, status: 'disabled', errors: [...errors, fault] };
    return { ...judged, status: errors.length > 0 ? 'warning' : 'enabled', errors };
  }

  /** Datagrams say nothing by which routers could share them. */
  #shadowed(served: readonly Router[]): Problem[] {
    const chosen = effective(served);
    return served.flatMap(({ name, using }) =>
      using.flatMap((entryPoint) => {
        const other = chosen.get(entryPoint)?.name ?? name;
        if (other === name) return [];
        const text = `On the entry point ${entryPoint} the UDP router ${name} gets nothing: ${other} takes it all.`;
        const source = sourceOf(this.#init.merged, `udp router ${name}`);
        const remedy = 'Give each UDP router an entry point of its own.';
        return [{ code: 'udp-router-shadowed', severity: 'warning' as const, source, text, remedy }];
      }),
    );
  }
}

/** Of several routers on one entry point the one with the greatest name is served. Sorted by name. */
function effective(served: readonly Router[]): Map<string, Router> {
  return new Map(served.flatMap((router) => router.using.map((entryPoint) => [entryPoint, router] as const)));
}

function recordsOf(served: readonly Router[]): WireRecord[] {
  return [...effective(served)].map(([entryPoint, { name, provider, written }]) => {
    const service = qualify(written.service, provider);
    return makeRecord('udpRouter', `${name} ${entryPoint}`, { router: name, entryPoint, service });
  });
}

function balancerOf(
  { value }: Element<UdpService>,
  { turns: cell }: BalancerCells,
): Balanced<UdpServiceRecord> | string {
  const servers = (value.loadBalancer?.servers ?? []).map(({ address }) => address);
  try {
    for (const address of servers) parseServerAddress(address);
  } catch (error) {
    return (error as Error).message;
  }
  return { value: { type: 'loadBalancer', value: { servers, cell } } };
}
