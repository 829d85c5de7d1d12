import type { Timed, TimerWheel } from '../proxy/timer-wheel.ts';

/** So long one who guesses waits for the next try. */
const waitMs = 1000;
/** Beyond, they are let go at once: waiting must not cost us more than them. */
const waitingMax = 64;

/** Those who did not know the secret, on their way out. */
export class SlowRefusals {
  readonly #wheel: TimerWheel;
  readonly #waiting = new Set<Timed>();

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  /** Its deadline is what closes it; false when it has to be closed at once. */
  hold(client: Timed): boolean {
    if (this.#waiting.size >= waitingMax) return false;
    this.#waiting.add(client);
    this.#wheel.arm(client, waitMs);
    return true;
  }

  left(client: Timed): void {
    this.#waiting.delete(client);
  }
}
