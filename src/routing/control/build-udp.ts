import type { Problem } from '../../model/problem.ts';
import type { CellRef, UdpServiceRecord, WireRecord } from '../../model/wire.ts';
import { parseServerAddress } from '../../proxy/stream-address.ts';
import { qualify } from '../qualified-name.ts';
import type { UdpRouter, UdpService } from '../schema/udp-section.ts';
import type { CellLeases } from './cell-leases.ts';
import { HeldCells } from './held-cells.ts';
import { type Element, type Merged, sourceOf } from './merge.ts';
import { makeRecord, type RecordSet } from './records.ts';
import type { RuntimeStreamRouter, RuntimeUdp } from './runtime-configuration.ts';
import { type FailureOf, StreamServices } from './stream-services.ts';
import { byName, usersOf } from './usage.ts';

export interface UdpBuildInit {
  readonly merged: Merged;
  /** All there are for UDP. */
  readonly entryPoints: readonly string[];
  readonly cells: CellLeases;
  readonly records: RecordSet;
  readonly failure: FailureOf;
}

type Balancer = Extract<UdpServiceRecord, { type: 'loadBalancer' }>;

/** UDP routers and their services, built as a whole. */
export class UdpBuild {
  readonly #init: UdpBuildInit;
  readonly #cells: HeldCells;
  #services: StreamServices<UdpService, Balancer>;

  constructor(init: UdpBuildInit) {
    this.#init = init;
    this.#cells = new HeldCells(init.cells);
    this.#services = this.#newServices();
  }

  build(): { readonly runtime: RuntimeUdp; readonly problems: readonly Problem[] } {
    this.#services = this.#newServices();
    const { merged } = this.#init;
    const routers = [...merged.udpRouters.values()].map((element) => this.#judge(element)).sort(byName);
    const served = routers.filter(({ status }) => status !== 'disabled');
    this.#record(served);
    this.#cells.settle();
    return { runtime: this.#runtime(routers), problems: this.#shadowed(served) };
  }

  #newServices(): StreamServices<UdpService, Balancer> {
    return new StreamServices({
      elements: this.#init.merged.udpServices,
      cells: this.#cells,
      word: 'UDP service',
      failure: (name) => this.#init.failure('udpService', name),
      balancer: (element, cell) => balancerOf(element, cell),
    });
  }

  #judge({ name, provider, value }: Element<UdpRouter>): RuntimeStreamRouter<UdpRouter> {
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

  #record(served: readonly RuntimeStreamRouter<UdpRouter>[]): void {
    const { records } = this.#init;
    const routers: WireRecord[] = [...effective(served)].map(([entryPoint, { name, provider, written }]) => {
      const service = qualify(written.service, provider);
      return makeRecord('udpRouter', `${name} ${entryPoint}`, { router: name, entryPoint, service });
    });
    const services = [...this.#services.values()].map(([name, value]) =>
      makeRecord('udpService', name, value),
    );
    records.replaceKind('udpRouter', routers);
    records.replaceKind('udpService', services);
  }

  /** Datagrams say nothing by which routers could share them. */
  #shadowed(served: readonly RuntimeStreamRouter<UdpRouter>[]): Problem[] {
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

  #runtime(routers: RuntimeUdp['routers']): RuntimeUdp {
    const users = usersOf(routers.map(({ name, provider, written }) => [name, provider, [written.service]]));
    const services = [...this.#init.merged.udpServices.values()].map(({ name, provider, value }) => ({
      name,
      provider,
      status: 'enabled' as const,
      errors: [],
      written: value,
      built: this.#services.isBuilt(name),
      usedBy: users.get(name) ?? [],
    }));
    return { routers, services: services.sort(byName) };
  }
}

/** Of several routers on one entry point the one with the greatest name is served. Sorted by name. */
function effective(served: readonly RuntimeStreamRouter<UdpRouter>[]) {
  return new Map(served.flatMap((router) => router.using.map((entryPoint) => [entryPoint, router] as const)));
}

function balancerOf({ value }: Element<UdpService>, cell: CellRef | undefined): Balancer | string {
  const servers = (value.loadBalancer?.servers ?? []).map(({ address }) => address);
  try {
    for (const address of servers) parseServerAddress(address);
  } catch (error) {
    return (error as Error).message;
  }
  return { type: 'loadBalancer', value: { servers, cell } };
}
