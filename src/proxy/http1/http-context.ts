import type { Handler } from '../../model/exchange.ts';
import type { HttpSettings } from '../http-settings.ts';
import type { TimerWheel } from '../timer-wheel.ts';

/** What all connections of an entry point share. */
export interface HttpContext {
  readonly settings: HttpSettings;
  readonly handler: Handler;
  readonly wheel: TimerWheel;
  /** What came was no acceptable request, and was answered with this status, or not at all. */
  readonly onRefused?: ((status: number | undefined) => void) | undefined;
}
