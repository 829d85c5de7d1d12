import type { Clock } from '../../src/support/clock.ts';

/** A time of day that passes when the test says so. It begins now, since OpenSSL reads certificates by the real one. */
export class FakeTime {
  #nowMs = Date.now();
  readonly #sleepers = new Set<{ untilMs: number; wake: () => void }>();
  readonly now = (): number => this.#nowMs;
  readonly clock: Clock = { now: this.now, sleep: (ms, signal) => this.#sleep(ms, signal) };

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const { untilMs, wake } of this.#sleepers) if (untilMs <= this.#nowMs) wake();
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { untilMs: this.#nowMs + ms, wake: resolve };
    const abort = () => reject(signal.reason as Error);
    this.#sleepers.add(sleeper);
    signal.addEventListener('abort', abort, { once: true });
    try {
      await promise;
    } finally {
      this.#sleepers.delete(sleeper);
      signal.removeEventListener('abort', abort);
    }
  }
}

/**
 * Lets ten seconds pass again and again until it is so, but slowly: whoever is at work meanwhile shall not find that its
 * certificates are of a time to come.
 */
export async function passing(time: FakeTime, fits: () => boolean): Promise<void> {
  for (let times = 0; times < 50; times++) {
    time.advance(10_000);
    for (let looks = 0; looks < 40; looks++) {
      if (fits()) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  await until(fits);
}

/** Waits for what comes by itself, within a bound. */
export async function until(fits: () => boolean, boundMs = 120_000): Promise<void> {
  const endMs = performance.now() + boundMs;
  while (!fits()) {
    if (performance.now() > endMs) throw new Error(`it did not come within ${boundMs} ms: ${fits}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
