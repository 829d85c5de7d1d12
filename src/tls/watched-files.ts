import { readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

export type FileContents = { readonly text: string } | { readonly error: string };

const usualPauseMs = 1000;
/** A file that has changed is looked at again so soon; certificate and key are seldom written at one moment. */
const restMs = 250;
/** So often at most, should they never come to rest. */
const restsMax = 20;
/** Looking takes at most this share of the time, however many files there are. */
const pausePerLook = 20;

interface WatchedFile {
  readonly stamp: string;
  readonly contents: FileContents;
}

/**
 * Certificates, keys and authorities from "file or content" options. A file that changes, appears or vanishes
 * is told within seconds, once it is at rest. Files are looked at by the clock and not by the kernel's
 * notifications, which bind mounts, network file systems and the renamed folders of orchestrators do not deliver
 * reliably.
 */
export class WatchedFiles implements Disposable {
  readonly #files = new Map<string, WatchedFile>();
  readonly #listeners = new Set<() => void>();
  readonly #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
  /** What had changed at the last look; told when it is still the same at the next. */
  #changing = '';
  #rests = 0;
  #disposed = false;

  constructor({ pauseMs = usualPauseMs }: { pauseMs?: number } = {}) {
    this.#pauseMs = pauseMs;
  }

  /** The content itself, if that is what was given; otherwise that of the file. */
  contents(fileOrContent: string): FileContents {
    if (fileOrContent.includes('-----BEGIN ')) return { text: fileOrContent };
    const known = this.#files.get(fileOrContent);
    if (known !== undefined) return known.contents;
    const file = { stamp: stampOf(fileOrContent), contents: read(fileOrContent) };
    this.#files.set(fileOrContent, file);
    this.#schedule(this.#pauseMs);
    return file.contents;
  }

  /** Returns what stops it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  #schedule(waitMs: number): void {
    if (this.#timer !== undefined || this.#disposed) return;
    this.#timer = setTimeout(() => void this.#look(), waitMs).unref();
  }

  async #look(): Promise<void> {
    const startMs = performance.now();
    const changed = new Map<string, string>();
    for (const [path, file] of this.#files) {
      const stamp = await currentStamp(path);
      if (stamp !== file.stamp) changed.set(path, stamp);
    }
    const isAtRest = this.#isAtRest(changed);
    this.#timer = undefined;
    const pauseMs = isAtRest ? this.#pauseMs : Math.min(restMs, this.#pauseMs);
    this.#schedule(Math.max(pauseMs, (performance.now() - startMs) * pausePerLook));
    if (isAtRest && changed.size > 0) this.#tell([...changed.keys()]);
  }

  #isAtRest(changed: ReadonlyMap<string, string>): boolean {
    const changing = [...changed].join();
    const isAtRest = changing === this.#changing || ++this.#rests >= restsMax;
    this.#changing = isAtRest ? '' : changing;
    if (isAtRest) this.#rests = 0;
    return isAtRest;
  }

  #tell(changed: readonly string[]): void {
    for (const path of changed) this.#files.delete(path);
    if (!this.#disposed) for (const listener of this.#listeners) listener();
  }
}

function read(path: string): FileContents {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { error: explain(path, error as NodeJS.ErrnoException) };
  }
}

function explain(path: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return `there is no file ${path}`;
  if (error.code === 'EACCES') return `the file ${path} may not be read by this user`;
  return `the file ${path} cannot be read: ${error.message}`;
}

const absent = 'absent';

function stampOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? absent : `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}

async function currentStamp(path: string): Promise<string> {
  try {
    const stats = await stat(path, { bigint: true });
    return `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
  } catch {
    return absent;
  }
}
