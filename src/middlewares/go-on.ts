import type { Exchange } from '../model/exchange.ts';
import { ProxyError } from '../model/proxy-error.ts';

/**
 * The next step of an exchange after a wait. Nobody above catches any more what goes wrong now, so it is caught here:
 * one request fails, not the worker.
 */
export function goOn(exchange: Exchange, step: () => void): void {
  if (exchange.aborted) return;
  try {
    step();
  } catch (cause) {
    exchange.fail(new ProxyError('internal', 'a handler failed', { cause }));
  }
}
