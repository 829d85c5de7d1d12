/** Routes from files: one, or a folder of them, read again when they change. */
import type { z } from 'zod';
import { emptyConfiguration } from '../../routing/schema/dynamic-configuration.ts';
import { type Clock, systemClock } from '../../support/clock.ts';
import { keepElements } from '../elements.ts';
import type { Deliver, Provider, Snapshot } from '../provider.ts';
import { FileReader } from './file-reader.ts';
import { FileWatch } from './file-watch.ts';
import { mergeFiles } from './merge-files.ts';
import type { fileProviderOptions } from './options.ts';

export interface FileProviderSettings {
  readonly options: z.output<typeof fileProviderOptions>;
  readonly clock?: Clock;
  readonly pollMs?: number;
  readonly restMs?: number;
}

export class FileProvider implements Provider {
  readonly name = 'file';
  readonly #settings: FileProviderSettings;
  readonly #reader: FileReader;
  readonly #stop = new AbortController();
  #watching: Promise<void> = Promise.resolve();
  #last = emptyConfiguration();

  constructor(settings: FileProviderSettings) {
    this.#settings = settings;
    this.#reader = new FileReader(settings.options);
  }

  async start(deliver: Deliver): Promise<void> {
    const { options, clock = systemClock, pollMs = 2000, restMs = 50 } = this.#settings;
    const watch = new FileWatch({ place: options, clock, pollMs, restMs });
    deliver(this.#snapshot());
    if (options.watch) this.#watching = this.#follow(watch, deliver);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #follow(watch: FileWatch, deliver: Deliver): Promise<void> {
    for await (const _ of watch.changes(this.#stop.signal)) deliver(this.#snapshot());
  }

  #snapshot(): Snapshot {
    const snapshot = mergeFiles(this.#reader.read());
    keepElements(snapshot.configuration, this.#last);
    this.#last = snapshot.configuration;
    return snapshot;
  }
}
