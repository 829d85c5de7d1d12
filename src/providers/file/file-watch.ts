/**
 * Tells when configuration files have changed and come to rest. The system's notices make it quick; looking now and
 * then makes it certain: files mounted one by one and network file systems send no notices.
 */
import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '../../support/clock.ts';
import { findFiles, foldersOf, type Place } from './configuration-files.ts';

export interface FileWatchSettings {
  readonly place: Place;
  readonly clock: Clock;
  /** Look this often without being told. */
  readonly pollMs: number;
  /** Two looks this far apart must see the same, so that a file is not read while it is being written. */
  readonly restMs: number;
}

const looksMax = 40;

export class FileWatch {
  readonly #settings: FileWatchSettings;
  readonly #watchers = new Map<string, FSWatcher>();
  #bell = new AbortController();
  #seen: string;

  /** Changes are counted from here on: make one before reading. */
  constructor(settings: FileWatchSettings) {
    this.#settings = settings;
    this.#seen = this.#look();
  }

  /** One item per change that has come to rest; ends when the signal aborts. */
  async *changes(signal: AbortSignal): AsyncGenerator<void> {
    try {
      for (; !signal.aborted; await this.#wait(signal)) {
        const now = await this.#rested(signal);
        if (now === this.#seen) continue;
        this.#seen = now;
        yield;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      for (const watcher of this.#watchers.values()) watcher.close();
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#bell.signal]);
    await this.#settings.clock.sleep(this.#settings.pollMs, either).catch(() => signal.throwIfAborted());
  }

  async #rested(signal: AbortSignal): Promise<string> {
    const { clock, restMs } = this.#settings;
    const isTold = this.#bell.signal.aborted;
    let last = this.#lookAnew();
    const moves = isTold || last !== this.#seen;
    for (let looks = 0; looks < looksMax && moves; looks++) {
      await clock.sleep(restMs, signal);
      const now = this.#lookAnew();
      if (now === last) break;
      last = now;
    }
    return last;
  }

  /** What is told from here on is a reason to look again, also while nobody waits for it. */
  #lookAnew(): string {
    this.#bell = new AbortController();
    this.#watchFolders();
    return this.#look();
  }

  #look(): string {
    try {
      return JSON.stringify(findFiles(this.#settings.place));
    } catch (error) {
      return String(error);
    }
  }

  #watchFolders(): void {
    const folders = new Set(this.#folders());
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  #folders(): string[] {
    try {
      return foldersOf(this.#settings.place);
    } catch {
      return [];
    }
  }

  #watch(folder: string): void {
    const forget = () => this.#watchers.delete(folder);
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#bell.abort());
      watcher.on('error', forget).on('close', forget);
      this.#watchers.set(folder, watcher);
    } catch {
      // Not there yet, or the system's limit is reached: looking now and then goes on.
    }
  }
}
