import type { Exchange } from '../../model/exchange.ts';
import { formatDuration } from '../../support/duration.ts';
import { goOn } from '../go-on.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { replyStatus } from '../replies.ts';
import { requestSource } from '../request-source.ts';
import { BUCKET_WORDS, Buckets, type Rate } from './buckets.ts';
import type { Options } from './options.ts';

const PERIOD_MS = 1000;
const WAIT_MS_MAX = 500;

/** So many requests of a source in a period, on average; whoever is only a little early waits for the turn. */
export const create: CreateMiddleware<Options> = (options, { cell, now }) => {
  const sourceOf = requestSource(options.sourceCriterion) ?? (({ client }: Exchange) => client.address);
  const rate = rateOf(options);
  if (!rate) return (next) => next;
  const buckets = new Buckets(cell(BUCKET_WORDS), rate);
  return (next) => ({
    handle(exchange) {
      const waitMs = buckets.take(sourceOf(exchange), now());
      if (waitMs > rate.waitMsMax) refuse(exchange, waitMs);
      else if (waitMs > 0) setTimeout(() => goOn(exchange, () => next.handle(exchange)), waitMs);
      else next.handle(exchange);
    },
  });
};

/** Undefined: no limit. */
function rateOf({ average, period, burst, redis }: Options): Rate | undefined {
  if (redis)
    throw new Error('rateLimit with redis is not there yet: without it all workers of a node count together');
  if (period < 0) throw new Error('period cannot be negative');
  if (average < 0) throw new Error('average cannot be negative; 0 means no limit');
  if (average === 0) return undefined;
  const intervalMs = (period || PERIOD_MS) / average;
  return { intervalMs, burst: Math.max(burst, 1), waitMsMax: Math.min(intervalMs / 2, WAIT_MS_MAX) };
}

function refuse(exchange: Exchange, waitMs: number): void {
  replyStatus(exchange, 429, [
    ['Retry-After', String(Math.ceil(waitMs / 1000))],
    ['X-Retry-In', formatDuration(waitMs)],
  ]);
}
