import { readFileSync, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';

export type FileContents = { readonly text: string } | { readonly error: string };

const usualPauseMs = 1000;
/** Looking takes at most this share of the time, however many files there are. */
const pausePerLook = 20;

interface WatchedFile {
  readonly stamp: string;
  readonly contents: FileContents;
}

/**
 * Certificates, keys and authorities from "file or content" options. A file that changes, appears or vanishes
 * is told within seconds. Files are looked at by the clock and not by the kernel's notifications, which bind
 * mounts, network file systems and the renamed folders of orchestrators do not deliver reliably.
 */
export class WatchedFiles implements Disposable {
  readonly #files = new Map<string, WatchedFile>();
  readonly #listeners = new Set<() => void>();
  readonly #pauseMs: number;
  #timer: NodeJS.Timeout | undefined;
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
    const changed: string[] = [];
    for (const [path, file] of this.#files) if ((await currentStamp(path)) !== file.stamp) changed.push(path);
    for (const path of changed) this.#files.delete(path);
    this.#timer = undefined;
    this.#schedule(Math.max(this.#pauseMs, (performance.now() - startMs) * pausePerLook));
    if (changed.length > 0 && !this.#disposed) for (const listener of this.#listeners) listener();
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
