import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';

/** Why the log cannot be where it should be, and what helps. */
export class LogFileError extends Error {
  readonly remedy = 'Name a file in log.filePath that this user may write to, or leave it out.';
}

/**
 * Lines to a file, each written before the program goes on. Once it is open nothing ends the program: a full disk costs
 * lines, and `complain` hears of it, once until it can be written again.
 */
export class LogFile extends Writable {
  readonly #path: string;
  readonly #complain: (text: string) => void;
  #file: number;
  #isBroken = false;

  /** Throws a `LogFileError`. */
  constructor(path: string, complain: (text: string) => void) {
    super({ decodeStrings: false });
    this.#path = path;
    this.#complain = complain;
    this.#file = open(path);
  }

  /** Goes on in the old file where there can be no new one. */
  reopen(): void {
    try {
      const file = open(this.#path);
      closeSync(this.#file);
      this.#file = file;
    } catch (error) {
      this.#complain((error as Error).message);
    }
  }

  override _write(line: string, _encoding: BufferEncoding, done: () => void): void {
    try {
      writeFileSync(this.#file, line);
      this.#isBroken = false;
    } catch (error) {
      if (!this.#isBroken)
        this.#complain(`The log file ${this.#path} cannot be written: ${(error as Error).message}.`);
      this.#isBroken = true;
    }
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    closeSync(this.#file);
    done(error);
  }
}

function open(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a');
  } catch (error) {
    throw new LogFileError(`The log file ${path} cannot be opened: ${(error as Error).message}.`);
  }
}
