import type { Logger } from '../observability/logger.ts';

/** What one reason may write in a second; a flood of refused clients must not become a flood of lines. */
const linesPerSecond = 10;

interface Window {
  readonly second: number;
  lines: number;
  unwritten: number;
}

/** Writes one line for each client that is turned away, and beyond a limit only how many there were. */
export class RefusalLog {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #now: () => number;
  readonly #windows = new Map<string, Window>();

  constructor(log: Pick<Logger, 'warn'>, now: () => number = Date.now) {
    this.#log = log;
    this.#now = now;
  }

  add(
    reason: string,
    { text, ...fields }: { readonly text: string; readonly entryPointName: string; readonly client: string },
  ): void {
    const window = this.#window(`${fields.entryPointName} ${reason}`);
    if (window.lines >= linesPerSecond) {
      window.unwritten++;
      return;
    }
    window.lines++;
    this.#log.warn(`A client was turned away: ${text}.`, { reason, ...fields });
  }

  #window(key: string): Window {
    const second = Math.floor(this.#now() / 1000);
    const present = this.#windows.get(key);
    if (present?.second === second) return present;
    if (present !== undefined && present.unwritten > 0)
      this.#log.warn(`${present.unwritten} more clients were turned away for the same reason.`, { of: key });
    const window = { second, lines: 0, unwritten: 0 };
    this.#windows.set(key, window);
    return window;
  }
}
