import { setImmediate } from 'node:timers/promises';

/** Whoever waits for a turn meanwhile waits no longer than this, and the time that one step takes. */
const sliceMs = 4;

/** Long work that ends a step with each `yield`. Short work is done at once, before the promise is there. */
export async function inSlices<T>(work: Generator<void, T>, now = () => performance.now()): Promise<T> {
  let endMs = now() + sliceMs;
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    if (now() < endMs) continue;
    await setImmediate();
    endMs = now() + sliceMs;
  }
}
