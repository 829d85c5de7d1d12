import type { CellViews } from '../../balancing/shared-cells.ts';
import type { Turns } from '../../balancing/turns.ts';
import { loadFactory, type MiddlewareFactory } from '../../middlewares/registry.ts';
import type { Exchange, Handler } from '../../model/exchange.ts';
import type { DatagramServer } from '../../model/stream.ts';
import type { BuildFailure, RecordKind, WireRecord } from '../../model/wire.ts';
import type { RequestMetrics } from '../../observability/metrics/request-metrics.ts';
import type { Forwarders } from '../../proxy/forwarders.ts';
import type { TimerWheel } from '../../proxy/timer-wheel.ts';
import { statusText } from '../../support/status-text.ts';
import type { TicketKeys } from '../../tls/ticket-keys.ts';
import type { TlsFront } from '../../tls/tls-front.ts';
import { buildElement } from './build-element.ts';
import { CountsInCells } from './counts-in-cells.ts';
import { ElementGraph, type Prepared } from './element-graph.ts';
import type { Built, Element, HandlerRecord } from './elements.ts';
import { EntryPointMux, type Mux } from './mux.ts';
import { StreamMux } from './stream-mux.ts';
import { TlsGenerations } from './tls-generations.ts';
import { UplinkMux } from './uplink-mux.ts';

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

/** The handlers of one worker: built from records, switched as a whole. */
export class WorkerRouting {
  readonly #init: WorkerRoutingInit;
  readonly #behaviours = new Map<string, MiddlewareFactory>();
  readonly #graph: ElementGraph;
  readonly #muxes = new Map<string, Mux>();
  readonly #streams = new Map<string, StreamMux>();
  readonly #datagrams = new Map<string, Turns<DatagramServer>>();
  readonly #tls: TlsGenerations;
  #prepared: Prepared | undefined;
  #terminating = false;
  #isDiscovering: boolean;

  constructor(init: WorkerRoutingInit) {
    this.#init = init;
    this.#isDiscovering = init.isDiscovering ?? false;
    this.#tls = new TlsGenerations(init.ticketKeys);
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
    return this.#muxOf(entryPoint, tls);
  }

  /** The TCP routes of an entry point; the same object for as long as the worker lives. */
  streams(entryPoint: string): StreamMux {
    let mux = this.#streams.get(entryPoint);
    if (!mux) this.#streams.set(entryPoint, (mux = new StreamMux()));
    return mux;
  }

  /** Where new UDP sessions of an entry point go. */
  datagrams(entryPoint: string): Turns<DatagramServer> | undefined {
    return this.#datagrams.get(entryPoint);
  }

  /** How TLS connections are accepted; undefined before the first generation. */
  get tls(): TlsFront | undefined {
    return this.#tls.front;
  }

  /** Builds a change beside what is being served. What cannot be built is told; the rest is unharmed. */
  async prepare({ put, remove }: Change): Promise<readonly BuildFailure[]> {
    const built = put.filter((record): record is HandlerRecord => BUILT_KINDS.has(record.kind));
    await this.#loadBehaviours(built);
    this.#prepared = this.#graph.prepare({
      put: built,
      remove: remove.filter(({ kind }) => BUILT_KINDS.has(kind)),
    });
    return [...this.#prepared.failures, ...this.#tls.prepare(put, remove)];
  }

  /** Switches to what was prepared, between two requests. */
  commit(): void {
    this.#tls.commit();
    if (!this.#prepared) return;
    const replaced = this.#graph.commit(this.#prepared);
    for (const element of replaced) this.#withdraw(element);
    for (const element of this.#prepared.elements.values()) if (element) this.#install(element);
    // Only now: the new services hold the pools they share with the old ones.
    for (const { built } of replaced) release(built);
    this.#prepared = undefined;
  }

  /** From now on ping tells that the program will stop. */
  terminating(): void {
    this.#terminating = true;
  }

  /** What is not known by now is not there. */
  discovered(): void {
    this.#isDiscovering = false;
  }

  async #loadBehaviours(records: readonly HandlerRecord[]): Promise<void> {
    for (const record of records) {
      if (record.kind !== 'middleware' || this.#behaviours.has(record.value.type)) continue;
      const create = await loadFactory(record.value.type);
      if (create) this.#behaviours.set(record.value.type, create);
    }
  }

  #install({ record, built }: Element): void {
    if (built?.kind === 'router') {
      const { entryPoint, tls } = built.record;
      for (const mux of this.#muxesFor(entryPoint, tls)) mux.add(record.name, built);
      if (tls) this.streams(entryPoint).https.add(built.rule.domains);
    } else if (built?.kind === 'tcpRouter') this.streams(built.record.entryPoint).add(record.name, built);
    else if (built?.kind === 'udpRouter') this.#datagrams.set(built.record.entryPoint, built.turns);
  }

  #withdraw({ record, built }: Element): void {
    if (built?.kind === 'router') {
      const { entryPoint, tls } = built.record;
      for (const mux of this.#muxesFor(entryPoint, tls)) mux.remove(record.name, built);
      if (tls) this.streams(entryPoint).https.remove(built.rule.domains);
    } else if (built?.kind === 'tcpRouter') this.streams(built.record.entryPoint).remove(record.name);
    else if (built?.kind === 'udpRouter') this.#datagrams.delete(built.record.entryPoint);
  }

  /** On an uplink entry point TLS is never wrong: peers come by it, even where others need not. */
  #muxesFor(entryPoint: string, tls: boolean): Mux[] {
    const alsoTls = !tls && this.#init.uplinkEntryPoints.has(entryPoint);
    return [this.#muxOf(entryPoint, tls), ...(alsoTls ? [this.#muxOf(entryPoint, true)] : [])];
  }

  #muxOf(entryPoint: string, tls: boolean): Mux {
    const key = `${tls ? 'tls' : 'plain'} ${entryPoint}`;
    let mux = this.#muxes.get(key);
    if (!mux) this.#muxes.set(key, (mux = this.#createMux(entryPoint)));
    return mux;
  }

  #createMux(entryPoint: string): Mux {
    const { uplinkEntryPoints, hopsMax } = this.#init;
    if (!uplinkEntryPoints.has(entryPoint)) return new EntryPointMux();
    return new UplinkMux({ hopsMax, isDiscovering: () => this.#isDiscovering });
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
