import type { Counters } from '../../observability/metrics/counters.ts';
import { type Clock, systemClock } from '../../support/clock.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import type { Deliver, Provider } from '../provider.ts';
import { SnapshotBuilder } from './build-snapshot.ts';
import { Child } from './child.ts';
import type { MulticlusterOptions } from './options.ts';

export interface MulticlusterInit {
  readonly options: MulticlusterOptions;
  /** The stable id of this node, as children would see it. */
  readonly node: string;
  readonly files: WatchedFiles;
  readonly counters?: Pick<Counters, 'count'>;
  readonly clock?: Clock;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

/** So long the first snapshot waits for children that have not answered. */
const firstSnapshotMs = 1_000;

/** Services from what other nodes advertise. Each child is heard on its own; none waits for another. */
export class MulticlusterProvider implements Provider {
  readonly name = 'multicluster';
  readonly #builder: SnapshotBuilder;
  readonly #clock: Clock;
  readonly #children: readonly Child[];
  readonly #stop = new AbortController();
  readonly #files: WatchedFiles;
  #deliver: Deliver | undefined;
  #following: Promise<unknown> = Promise.resolve();
  #unwatch = () => {};

  constructor(init: MulticlusterInit) {
    const { options, node, files, counters, clock = systemClock, random = Math.random } = init;
    this.#builder = new SnapshotBuilder({ options, node });
    this.#clock = clock;
    this.#files = files;
    this.#children = Object.entries(options.children).map(([name, child]) => {
      const onChange = () => this.#changed();
      const surroundings = { polling: options, files, counters, clock, random, onChange };
      return new Child({ name, options: child, ...surroundings });
    });
  }

  async start(deliver: Deliver): Promise<void> {
    this.#unwatch = this.#files.onChange(() => this.#readFiles());
    this.#following = this.#follow(deliver);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unwatch();
    this.#stop.abort();
    await this.#following;
  }

  async #follow(deliver: Deliver): Promise<void> {
    const { signal } = this.#stop;
    const enough = new AbortController();
    const waited = this.#clock.sleep(firstSnapshotMs, AbortSignal.any([signal, enough.signal]));
    const followed = this.#children.map((child) => child.follow(signal));
    const heard = this.#children.map((child) => child.heard);
    await Promise.race([waited.catch(() => undefined), Promise.all(heard)]);
    enough.abort();
    if (signal.aborted) return void (await Promise.all(followed));
    this.#deliver = deliver;
    this.#changed();
    await Promise.all(followed);
  }

  #readFiles(): void {
    for (const child of this.#children) child.readFiles();
  }

  #changed(): void {
    this.#deliver?.(this.#builder.build(this.#children.map((child) => child.report)));
  }
}
