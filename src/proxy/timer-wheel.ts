/** Something with one deadline at a time. The two numbers belong to the wheel. */
export interface Timed {
  deadline: number;
  /** The slot it waits in, as a tick; 0 when in none. */
  slot: number;
  onDeadline(): void;
}

const tickMs = 100;
const slots = 1024;

/**
 * Deadlines that are moved with every request and hardly ever come: moving one back costs a comparison, and
 * one real timer serves all. A deadline is never early and at most two ticks late.
 */
export class TimerWheel implements Disposable {
  readonly #slots: Set<Timed>[] = Array.from({ length: slots }, () => new Set());
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;
  #tick: number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#tick = Math.floor(clock() / tickMs) + 1;
    this.#timer = setInterval(() => this.advance(), tickMs).unref();
  }

  /** Milliseconds, as of the last tick. */
  get now(): number {
    return this.#tick * tickMs;
  }

  /** Sets the deadline anew; 0 means none. */
  arm(timed: Timed, ms: number): void {
    if (ms === 0) {
      timed.deadline = 0;
      return;
    }
    const tick = this.#tick + Math.ceil(ms / tickMs) + 1;
    timed.deadline = tick;
    if (timed.slot === 0 || tick < timed.slot) this.#enter(timed, tick);
  }

  /** Forgets it at once, so that nothing holds it any longer. */
  remove(timed: Timed): void {
    timed.deadline = 0;
    if (timed.slot !== 0) this.#slots[timed.slot % slots]!.delete(timed);
    timed.slot = 0;
  }

  /** Catches up with the clock. */
  advance(): void {
    const tick = Math.floor(this.#clock() / tickMs) + 1;
    while (this.#tick < tick) this.#expire(++this.#tick);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    for (const slot of this.#slots) slot.clear();
  }

  #enter(timed: Timed, tick: number): void {
    if (timed.slot !== 0) this.#slots[timed.slot % slots]!.delete(timed);
    timed.slot = tick;
    this.#slots[tick % slots]!.add(timed);
  }

  #expire(tick: number): void {
    const slot = this.#slots[tick % slots]!;
    for (const timed of slot) {
      if (timed.slot > tick) continue;
      slot.delete(timed);
      timed.slot = 0;
      if (timed.deadline > tick) this.#enter(timed, timed.deadline);
      else if (timed.deadline !== 0) timed.onDeadline();
    }
  }
}
