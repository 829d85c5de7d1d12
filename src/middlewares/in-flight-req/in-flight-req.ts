import type { Exchange } from '../../model/exchange.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { requestSource } from '../request-source.ts';
import type { Options } from './options.ts';

/** At most so many requests of a source at the same time, over all workers; by default each host is a source. */
export const create: CreateMiddleware<Options> = (options, context) => {
  const { amount } = options;
  const sourceOf = requestSource(options.sourceCriterion) ?? (({ request }: Exchange) => request.host);
  const counts = context.counts();
  /** A retry outside of this comes by again: it has its place already. */
  const inside = new WeakSet<Exchange>();
  return (next) => ({
    handle(exchange) {
      if (!inside.has(exchange)) {
        const source = sourceOf(exchange);
        if (!counts.enter(source, amount)) {
          return exchange.reply(429, [], `max connections reached: ${amount}`);
        }
        inside.add(exchange);
        exchange.onEnd({ onEnd: () => counts.leave(source) });
      }
      next.handle(exchange);
    },
  });
};
