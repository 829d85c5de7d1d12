/** A complaint that would come every second is written now and then, with how often it came. */
import type { Clock } from '../../support/clock.ts';

export interface WarningLog {
  warn(text: string, fields?: object): void;
}

export interface LimitedLogSettings {
  readonly log: WarningLog;
  readonly clock: Clock;
  readonly everyMs: number;
}

export class LimitedLog {
  readonly #settings: LimitedLogSettings;
  #silentUntil = Number.NEGATIVE_INFINITY;
  #swallowed = 0;

  constructor(settings: LimitedLogSettings) {
    this.#settings = settings;
  }

  warn(text: string, fields: object = {}): void {
    const { log, clock, everyMs } = this.#settings;
    const now = clock.now();
    if (now < this.#silentUntil) {
      this.#swallowed += 1;
      return;
    }
    log.warn(text, this.#swallowed > 0 ? { ...fields, repeated: this.#swallowed } : fields);
    this.#silentUntil = now + everyMs;
    this.#swallowed = 0;
  }
}
