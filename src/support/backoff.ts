/** Waits between attempts: growing, capped, and jittered so that no two programs stay in step. */
export interface BackoffSettings {
  readonly firstMs: number;
  readonly capMs: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export class Backoff {
  readonly #settings: BackoffSettings;
  #attempts = 0;

  constructor(settings: BackoffSettings) {
    this.#settings = settings;
  }

  nextMs(): number {
    const { firstMs, capMs, random } = this.#settings;
    const grown = firstMs * 1.5 ** Math.min(this.#attempts, 50);
    this.#attempts += 1;
    return Math.min(capMs, grown) * (0.75 + random() / 4);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
