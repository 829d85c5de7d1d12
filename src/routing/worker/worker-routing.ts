import type { CellViews } from '../../balancing/shared-cells.ts';
import type { Turns } from '../../balancing/turns.ts';
import { loadFactory, type MiddlewareFactory } from '../../middlewares/registry.ts';
import type { Exchange, Handler } from '../../model/exchange.ts';
import type { DatagramServer } from '../../model/stream.ts';
import type { BuildFailure, RecordKind, WireRecord } from '../../model/wire.ts';
import type { RequestMetrics } from '../../observability/metrics/request-metrics.ts';
import type { Forwarders } from '../../proxy/forwarders.ts';
import type { TimerWheel } from '../../proxy/timer-wheel.ts';
import { inSlices } from '../../support/in-slices.ts';
import { statusText } from '../../support/status-text.ts';
import type { TicketKeys } from '../../tls/ticket-keys.ts';
import type { TlsFront } from '../../tls/tls-front.ts';
import { buildElement } from './build-element.ts';
import { CountsInCells } from './counts-in-cells.ts';
import { ElementGraph, type Prepared } from './element-graph.ts';
import type { Built, HandlerRecord } from './elements.ts';
import { EntryPointRoutes, type Switch } from './entry-point-routes.ts';
import type { StreamMux } from './stream-mux.ts';
import { TlsGenerations } from './tls-generations.ts';

export interface WorkerRoutingInit {
  readonly forwarders: Forwarders;
  readonly cells: CellViews;
  /** The same in all workers, so that a session begun at one may be resumed at another. */
  readonly ticketKeys: TicketKeys;
  /** Names of the entry points on which only parents are served. */
  readonly uplinkEntryPoints: ReadonlySet<string>;
  /** How many nodes a request may have passed before it is refused with 508. */
  readonly hopsMax: number;
  /** Uplinks that are not known yet may still come, until `discovered`. */
  readonly isDiscovering?: boolean;
  /** What ping answers once the program is to stop. */
  readonly terminatingStatus: number;
  readonly wheel: TimerWheel;
  /** Absent when requests are not counted. */
  readonly metrics?: RequestMetrics | undefined;
  /** Which of the workers this is, from 0; another one gets it when this one has died. */
  readonly place: number;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  random(): number;
}

interface Change {
  readonly put: readonly WireRecord[];
  readonly remove: readonly { readonly kind: RecordKind; readonly name: string }[];
}

const BUILT_KINDS: ReadonlySet<RecordKind> = new Set([
  'router',
  'service',
  'middleware',
  'serversTransport',
  'tcpRouter',
  'tcpService',
  'tcpMiddleware',
  'tcpServersTransport',
  'udpRouter',
  'udpService',
]);

/** A change that waits to be switched to. */
interface PreparedSwitch extends Switch {
  readonly prepared: Prepared;
}

/** The handlers of one worker: built from records, switched as a whole. Requests go on being served meanwhile. */
export class WorkerRouting {
  readonly #init: WorkerRoutingInit;
  readonly #behaviours = new Map<string, MiddlewareFactory>();
  readonly #graph: ElementGraph;
  readonly #routes: EntryPointRoutes;
  readonly #tls: TlsGenerations;
  #taken: readonly WireRecord[][] = [];
  #next: PreparedSwitch | undefined;
  #settled: Promise<void> = Promise.resolve();
  #terminating = false;
  #isDiscovering: boolean;

  constructor(init: WorkerRoutingInit) {
    this.#init = init;
    this.#isDiscovering = init.isDiscovering ?? false;
    this.#tls = new TlsGenerations(init.ticketKeys);
    const { uplinkEntryPoints, hopsMax } = init;
    const isDiscovering = () => this.#isDiscovering;
    this.#routes = new EntryPointRoutes({ uplinkEntryPoints, hopsMax, isDiscovering });
    const { forwarders, cells, wheel, metrics, place, now, random } = init;
    const internal = {
      ping: this.#ping(),
      noop: { handle: (exchange: Exchange) => exchange.reply(418, []) },
    };
    const counts = new CountsInCells(cells, place);
    this.#graph = new ElementGraph(
      buildElement({
        forwarders,
        cells,
        internal,
        behaviours: this.#behaviours,
        metrics,
        wheel,
        counts,
        now,
        random,
      }),
    );
  }

  /** The same object for as long as the worker lives; it serves what has been committed last. */
  handler(entryPoint: string, tls: boolean): Handler {
    return this.#routes.mux(entryPoint, tls);
  }

  /** The TCP routes of an entry point; the same object for as long as the worker lives. */
  streams(entryPoint: string): StreamMux {
    return this.#routes.streams(entryPoint);
  }

  /** Where new UDP sessions of an entry point go. */
  datagrams(entryPoint: string): Turns<DatagramServer> | undefined {
    return this.#routes.datagrams(entryPoint);
  }

  /** How TLS connections are accepted; undefined before the first generation. */
  get tls(): TlsFront | undefined {
    return this.#tls.front;
  }

  /** The first records of a change that is too large for one message. */
  take(records: readonly WireRecord[]): void {
    this.#taken = [...this.#taken, [...records]];
  }

  /** Builds a change beside what is being served. What cannot be built is told; the rest is unharmed. */
  async prepare({ put: last, remove }: Change): Promise<readonly BuildFailure[]> {
    const put = [...this.#taken, last].flat();
    this.#taken = [];
    await this.#settled;
    const built = put.filter((record): record is HandlerRecord => BUILT_KINDS.has(record.kind));
    await this.#loadBehaviours(built);
    const gone = remove.filter(({ kind }) => BUILT_KINDS.has(kind));
    const prepared = await inSlices(this.#graph.prepare({ put: built, remove: gone }));
    const elements = [...prepared.elements.values()].filter((element) => element !== null);
    this.#next = { prepared, elements, replaced: this.#graph.replacedBy(prepared) };
    await inSlices(this.#routes.prepare(this.#next));
    return [...prepared.failures, ...this.#tls.prepare(put, remove)];
  }

  /** Switches to what was prepared, between two requests. */
  commit(): void {
    this.#tls.commit();
    if (!this.#next) return;
    this.#routes.switch();
    this.#settled = inSlices(this.#settle(this.#next));
    this.#next = undefined;
  }

  /** Resolves when what was replaced has been put away. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** From now on ping tells that the program will stop. */
  terminating(): void {
    this.#terminating = true;
  }

  /** What is not known by now is not there. */
  discovered(): void {
    this.#isDiscovering = false;
  }

  *#settle({ prepared, replaced }: PreparedSwitch): Generator<void, void> {
    yield* this.#graph.commit(prepared);
    // Only now: the new services hold the pools they share with the old ones.
    for (const { built } of replaced) {
      release(built);
      yield;
    }
  }

  async #loadBehaviours(records: readonly HandlerRecord[]): Promise<void> {
    for (const record of records) {
      if (record.kind !== 'middleware' || this.#behaviours.has(record.value.type)) continue;
      const create = await loadFactory(record.value.type);
      if (create) this.#behaviours.set(record.value.type, create);
    }
  }

  #ping(): Handler {
    const { terminatingStatus } = this.#init;
    return {
      handle: (exchange) => {
        if (this.#terminating) exchange.reply(terminatingStatus, [], statusText(terminatingStatus));
        else exchange.reply(200, [], 'OK');
      },
    };
  }
}

function release(built: Built | undefined): void {
  if (built && 'release' in built) built.release();
}
