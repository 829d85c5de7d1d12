import type { Turns } from '../../balancing/turns.ts';
import type { DatagramServer } from '../../model/stream.ts';
import type { Element } from './elements.ts';
import { EntryPointMux, type Mux, type MuxChange, type Route } from './mux.ts';
import { StreamMux } from './stream-mux.ts';
import { UplinkMux, type UplinkMuxInit } from './uplink-mux.ts';

export interface EntryPointRoutesInit extends UplinkMuxInit {
  /** Names of the entry points on which only parents are served. */
  readonly uplinkEntryPoints: ReadonlySet<string>;
}

/** Elements that give way, and those that come. */
export interface Switch {
  readonly replaced: readonly Element[];
  readonly elements: readonly Element[];
}

/** So many can be put in their places between two requests without anybody noticing. */
const inPlaceMax = 500;

/** What each entry point serves. */
export class EntryPointRoutes {
  readonly #init: EntryPointRoutesInit;
  readonly #muxes = new Map<string, Mux>();
  readonly #streams = new Map<string, StreamMux>();
  readonly #datagrams = new Map<string, Turns<DatagramServer>>();
  /** Those that have the change prepared already. */
  readonly #prepared = new Set<Mux>();
  /** What is still to be done between two requests. */
  #rest: Switch = { replaced: [], elements: [] };

  constructor(init: EntryPointRoutesInit) {
    this.#init = init;
  }

  /** The same object for as long as the worker lives. */
  mux(entryPoint: string, tls: boolean): Mux {
    const key = `${tls ? 'tls' : 'plain'} ${entryPoint}`;
    let mux = this.#muxes.get(key);
    if (!mux) this.#muxes.set(key, (mux = this.#createMux(entryPoint)));
    return mux;
  }

  /** The same object for as long as the worker lives. */
  streams(entryPoint: string): StreamMux {
    let mux = this.#streams.get(entryPoint);
    if (!mux) this.#streams.set(entryPoint, (mux = new StreamMux()));
    return mux;
  }

  datagrams(entryPoint: string): Turns<DatagramServer> | undefined {
    return this.#datagrams.get(entryPoint);
  }

  /** Builds the tables for a large change beside those that are served. */
  *prepare(change: Switch): Generator<void, void> {
    this.#prepared.clear();
    this.#rest = change;
    if (change.replaced.length + change.elements.length <= inPlaceMax) return;
    const changes: MuxChanges = new Map();
    const replaced = yield* this.#sort(change.replaced, (mux, name) => changeOf(mux, changes).gone.add(name));
    const elements = yield* this.#sort(change.elements, (mux, name, route) =>
      changeOf(mux, changes).come.set(name, route),
    );
    for (const [mux, its] of changes) {
      yield* mux.prepare(its);
      this.#prepared.add(mux);
    }
    this.#rest = { replaced, elements };
  }

  /** Between two requests. */
  switch(): void {
    for (const mux of this.#prepared) if (mux instanceof EntryPointMux) mux.switch();
    for (const element of this.#rest.replaced) this.#withdraw(element);
    for (const element of this.#rest.elements) this.#install(element);
    this.#prepared.clear();
    this.#rest = { replaced: [], elements: [] };
  }

  /** Returns those with which there is more to do than what `take` hears of. */
  *#sort(
    elements: readonly Element[],
    take: (mux: EntryPointMux, name: string, route: Route) => void,
  ): Generator<void, Element[]> {
    const rest: Element[] = [];
    for (const element of elements) {
      yield;
      const { record, built } = element;
      if (built?.kind !== 'router') {
        rest.push(element);
        continue;
      }
      const muxes = this.#muxesFor(built);
      const own = muxes.filter((mux) => mux instanceof EntryPointMux);
      for (const mux of own) take(mux, record.name, built);
      if (built.record.tls || own.length < muxes.length) rest.push(element);
    }
    return rest;
  }

  #install({ record, built }: Element): void {
    if (built?.kind === 'router') {
      const { entryPoint, tls } = built.record;
      for (const mux of this.#muxesFor(built)) if (!this.#prepared.has(mux)) mux.add(record.name, built);
      if (tls) this.streams(entryPoint).https.add(built.rule.domains);
    } else if (built?.kind === 'tcpRouter') this.streams(built.record.entryPoint).add(record.name, built);
    else if (built?.kind === 'udpRouter') this.#datagrams.set(built.record.entryPoint, built.turns);
  }

  #withdraw({ record, built }: Element): void {
    if (built?.kind === 'router') {
      const { entryPoint, tls } = built.record;
      for (const mux of this.#muxesFor(built)) if (!this.#prepared.has(mux)) mux.remove(record.name, built);
      if (tls) this.streams(entryPoint).https.remove(built.rule.domains);
    } else if (built?.kind === 'tcpRouter') this.streams(built.record.entryPoint).remove(record.name);
    else if (built?.kind === 'udpRouter') this.#datagrams.delete(built.record.entryPoint);
  }

  /** On an uplink entry point TLS is never wrong: peers come by it, even where others need not. */
  #muxesFor({ record: { entryPoint, tls } }: Route): Mux[] {
    const alsoTls = !tls && this.#init.uplinkEntryPoints.has(entryPoint);
    return alsoTls ? [this.mux(entryPoint, tls), this.mux(entryPoint, true)] : [this.mux(entryPoint, tls)];
  }

  #createMux(entryPoint: string): Mux {
    return this.#init.uplinkEntryPoints.has(entryPoint) ? new UplinkMux(this.#init) : new EntryPointMux();
  }
}

type MuxChanges = Map<EntryPointMux, MuxChange>;

function changeOf(mux: EntryPointMux, changes: MuxChanges): MuxChange {
  let change = changes.get(mux);
  if (!change) changes.set(mux, (change = { gone: new Set(), come: new Map() }));
  return change;
}
