import type { Logger } from '../observability/logger.ts';

/** What one reason may write in a second; a flood of refused clients must not become a flood of lines. */
const linesPerSecond = 10;

/** What is said of a refusal. */
export interface Told {
  /** Undefined: it is only counted. */
  readonly text: string | undefined;
  /** It is nothing to worry about: written for those who ask for details. */
  readonly quiet?: boolean;
}

interface Window {
  readonly second: number;
  lines: number;
  unwritten: number;
}

/** Writes one line for each client that is turned away, and beyond a limit only how many there were. */
export class RefusalLog {
  readonly #log: Pick<Logger, 'warn' | 'debug'>;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  constructor(log: Pick<Logger, 'warn' | 'debug'>, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
  }

  add(
    reason: string,
    { text, quiet = false, ...fields }: Told & { readonly entryPointName: string; readonly client: string },
  ): void {
    if (text === undefined) return;
    const level = quiet ? 'debug' : 'warn';
    const window = this.#window(`${fields.entryPointName} ${reason}`, level);
    if (window.lines >= linesPerSecond) {
      window.unwritten++;
      return;
    }
    window.lines++;
    this.#log[level](`A client was turned away: ${text}.`, { reason, ...fields });
  }

  #window(key: string, level: 'debug' | 'warn'): Window {
    const second = Math.floor(this.#now() / 1000);
    const present = this.#windows.get(key);
    if (present?.second === second) return present;
    if (present !== undefined && present.unwritten > 0)
      this.#log[level](`${present.unwritten} more clients were turned away for the same reason.`, {
        of: key,
      });
    const window = { second, lines: 0, unwritten: 0 };
    this.#windows.set(key, window);
    return window;
  }
}
