/** Something with one deadline at a time. The numbers belong to the wheel. */
export interface Timed {
  deadline: number;
  /** The slot it waits in, as a tick; 0 when in none. */
  slot: number;
  /** Where in the slot. */
  place: number;
  onDeadline(): void;
}

const tickMs = 100;
const slots = 1024;

/**
 * Deadlines that are moved with every request and hardly ever come: moving one back costs a comparison, and
 * one real timer serves all. A deadline is never early and at most two ticks late.
 */
export class TimerWheel implements Disposable {
  /** Not sets: see `Crowd`. */
  readonly #slots: Timed[][] = Array.from({ length: slots }, () => []);
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
    this.#leave(timed);
  }

  /** Catches up with the clock. */
  advance(): void {
    const tick = Math.floor(this.#clock() / tickMs) + 1;
    while (this.#tick < tick) this.#expire(++this.#tick);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #enter(timed: Timed, tick: number): void {
    this.#leave(timed);
    const slot = this.#slots[tick % slots]!;
    timed.slot = tick;
    timed.place = slot.push(timed) - 1;
  }

  #leave(timed: Timed): void {
    if (timed.slot === 0) return;
    const slot = this.#slots[timed.slot % slots]!;
    timed.slot = 0;
    const last = slot.pop()!;
    if (last === timed) return;
    slot[timed.place] = last;
    last.place = timed.place;
  }

  #expire(tick: number): void {
    const slot = this.#slots[tick % slots]!;
    const due = slot.filter((timed) => timed.slot <= tick);
    for (const timed of due) {
      // Another one's end may have been its end, too.
      if (timed.slot === 0 || timed.slot > tick) continue;
      this.#leave(timed);
      if (timed.deadline > tick) this.#enter(timed, timed.deadline);
      else if (timed.deadline !== 0) timed.onDeadline();
    }
  }
}
