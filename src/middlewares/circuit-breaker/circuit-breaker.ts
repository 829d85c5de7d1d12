import type { ExchangeResponse, ResponseLayer } from '../../model/exchange.ts';
import { statusText } from '../../support/status-text.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { replyStatus } from '../replies.ts';
import { Breaker, breakerWords } from './breaker.ts';
import { parseCondition } from './condition.ts';
import type { Options } from './options.ts';

/** Spares a service that fails: once a condition is met, requests are answered here for a time. */
export const create: CreateMiddleware<Options> = (options, { cell, now }) => {
  const { responseCode } = options;
  if (statusText(responseCode) === '') throw new Error(`responseCode ${responseCode} is not an HTTP status`);
  const condition = parseCondition(options.expression);
  const breaker = new Breaker(cell(breakerWords(condition)), {
    condition,
    checkPeriodMs: options.checkPeriod,
    fallbackMs: options.fallbackDuration,
    recoveryMs: options.recoveryDuration,
  });
  return (next) => ({
    handle(exchange) {
      const startedAt = now();
      if (!breaker.admits(startedAt)) return replyStatus(exchange, responseCode);
      exchange.pushLayer(new Observation(breaker, { startedAt, now }));
      next.handle(exchange);
    },
  });
};

interface Timing {
  readonly startedAt: number;
  now(): number;
}

/** Tells the breaker how a request went, as soon as the head of its response is there. */
class Observation implements ResponseLayer {
  readonly #breaker: Breaker;
  readonly #timing: Timing;

  constructor(breaker: Breaker, timing: Timing) {
    this.#breaker = breaker;
    this.#timing = timing;
  }

  onResponse(_: unknown, { status }: ExchangeResponse): undefined {
    const now = this.#timing.now();
    this.#breaker.record({ status, latencyMs: now - this.#timing.startedAt }, now);
  }
}
