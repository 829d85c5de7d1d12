const creditMax = 1000;
const creditPerSecond = 100;

/**
 * Bounds what costs us work and brings nobody anything: streams that are reset, pings, settings, empty
 * frames, priorities. Each is paid from a credit that grows with time and with every request that is
 * answered; who has used it up is no client but a flood.
 */
export class FloodGuard {
  #credit = creditMax;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** False: that was too much. */
  spend(now: number): boolean {
    if (this.#credit < 1) this.#grow(now);
    this.#credit--;
    return this.#credit >= 0;
  }

  earn(): void {
    if (this.#credit < creditMax) this.#credit++;
  }

  #grow(now: number): void {
    this.#credit = Math.min(creditMax, this.#credit + ((now - this.#at) / 1000) * creditPerSecond);
    this.#at = now;
  }
}
