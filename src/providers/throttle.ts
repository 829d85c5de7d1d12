/** `providers.providersThrottleDuration`: the first snapshot passes at once, of those that follow too soon the newest. */
import type { Clock } from '../support/clock.ts';
import type { Deliver, Snapshot } from './provider.ts';

export interface ThrottleSettings {
  /** 0 lets everything pass. */
  readonly ms: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export function throttled(deliver: Deliver, { ms, clock, signal }: ThrottleSettings): Deliver {
  if (ms <= 0) return deliver;
  let resting = false;
  let newest: Snapshot | undefined;
  const rest = async () => {
    resting = true;
    await clock.sleep(ms, signal);
    resting = false;
    if (newest) pass(newest);
  };
  const pass = (snapshot: Snapshot) => {
    newest = undefined;
    deliver(snapshot);
    // Ends early only when the program does.
    rest().catch(() => {});
  };
  return (snapshot) => {
    if (resting) newest = snapshot;
    else pass(snapshot);
  };
}
