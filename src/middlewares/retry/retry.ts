import type { Exchange, Handler } from '../../model/exchange.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import { goOn } from '../go-on.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { StatusRanges } from '../status-ranges.ts';
import type { Options } from './options.ts';
import { type RetryPolicy, Tries } from './tries.ts';

const NOT_IDEMPOTENT = new Set(['POST', 'PATCH', 'LOCK']);

/**
 * Tries a request again, each time on a server chosen anew: when it never reached one, or when the answer has
 * one of the given statuses and the whole request is still at hand.
 */
export const create: CreateMiddleware<Options> = (options, { now, random }) => {
  if (options.attempts <= 0) throw new Error('incorrect (or empty) value for attempts: it must be 1 or more');
  const status = new StatusRanges(options.status);
  if (options.disableRetryOnNetworkError && status.empty) {
    throw new Error('nothing to retry: disableRetryOnNetworkError is set and status is empty');
  }
  const policy: RetryPolicy = {
    attempts: options.attempts,
    initialIntervalMs: options.initialInterval,
    timeoutMs: options.timeout,
    onNetworkError: !options.disableRetryOnNetworkError,
    status,
    now,
    random,
  };
  const anyMethod = options.retryNonIdempotentMethod;
  const byStatus = ({ request }: Exchange) =>
    !status.empty && (anyMethod || !NOT_IDEMPOTENT.has(request.method));
  return (next) => ({
    handle(exchange) {
      if (exchange.request.upgrade !== undefined || !byStatus(exchange)) start(exchange, next, policy, false);
      else if (exchange.request.body.length === 0) start(exchange, next, policy, true);
      else startBuffered(exchange, next, policy, options.maxRequestBodyBytes);
    },
  });
};

function start(exchange: Exchange, next: Handler, policy: RetryPolicy, byStatus: boolean): void {
  new Tries(exchange, next, policy, byStatus).begin();
}

/** Only a request held in memory can be sent twice; one that is too large goes out once. */
function startBuffered(exchange: Exchange, next: Handler, policy: RetryPolicy, bodyBytesMax: number): void {
  exchange.request.body.buffer(bodyBytesMax).then(
    (body) => {
      goOn(exchange, () => {
        if (body !== 'too-large') exchange.request.body = body;
        start(exchange, next, policy, body !== 'too-large');
      });
    },
    (error: ProxyError) => exchange.fail(error),
  );
}
