import {
  type MulticlusterInit,
  MulticlusterProvider,
} from '../../src/providers/multicluster/multicluster-provider.ts';
import type { Snapshot } from '../../src/providers/provider.ts';
import { type Clock, systemClock } from '../../src/support/clock.ts';
import { WatchedFiles } from '../../src/tls/watched-files.ts';
import { optionsOf } from './options-for-tests.ts';

/** The first who sleeps is the one who waits for all children: on a busy machine they take their time. */
function patientAtFirst(): Clock {
  let isFirst = true;
  const sleep: Clock['sleep'] = (ms, signal) => {
    const patience = isFirst ? 60_000 : ms;
    isFirst = false;
    return systemClock.sleep(patience, signal);
  };
  return { ...systemClock, sleep };
}

/** A provider at work, and what it has delivered. */
export class Parent implements AsyncDisposable {
  readonly #files = new WatchedFiles();
  readonly #provider: MulticlusterProvider;
  readonly snapshots: Snapshot[] = [];
  #look = () => {};

  constructor(options: object, surroundings: Pick<MulticlusterInit, 'pairing' | 'now' | 'clock'> = {}) {
    const written = optionsOf({ pollInterval: '20ms', pollTimeout: '60s', ...options });
    this.#provider = new MulticlusterProvider({
      ...{ options: written, node: 'parent', files: this.#files, clock: patientAtFirst() },
      ...surroundings,
    });
  }

  async start(): Promise<this> {
    await this.#provider.start((snapshot) => {
      this.snapshots.push(snapshot);
      this.#look();
    });
    await this.until(() => this.snapshots.length > 0);
    return this;
  }

  get latest(): Snapshot {
    return this.snapshots.at(-1)!;
  }

  get services(): string[] {
    return Object.keys(this.latest.configuration.http.services);
  }

  get problems(): (readonly [string, string | undefined])[] {
    return this.latest.problems.map(({ code, source }) => [code, source.child] as const);
  }

  /** Resolves with the first snapshot that fits; the time-out of the test is its limit. */
  async until(fits: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#look = () => fits() && resolve();
      this.#look();
    });
    this.#look = () => {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider[Symbol.asyncDispose]();
    this.#files[Symbol.dispose]();
  }
}
