const FREE = 0;
const HELD = 1;
/** A holder needs well under a microsecond, unless the system has taken its processor away. */
const SPINS = 200;
const WAIT_MS = 1;
/** A holder that long gone will never return: its thread has died. */
const WAITS_MAX = 50;

/**
 * Takes the lock in word `index`; what is guarded must be short and must not throw. A lock whose holder has died is
 * taken over, so what it guards may be off by one step and must bear that.
 */
export function lock(cell: Int32Array, index: number): void {
  for (let spin = 0; spin < SPINS; spin += 1) {
    if (Atomics.compareExchange(cell, index, FREE, HELD) === FREE) return;
  }
  for (let wait = 0; wait < WAITS_MAX; wait += 1) {
    Atomics.wait(cell, index, HELD, WAIT_MS);
    if (Atomics.compareExchange(cell, index, FREE, HELD) === FREE) return;
  }
}

export function unlock(cell: Int32Array, index: number): void {
  Atomics.store(cell, index, FREE);
}
