import type { ExchangeResponse, ResponseLayer } from '../../model/exchange.ts';
import { goOn } from '../go-on.ts';
import type { CreateMiddleware } from '../middleware.ts';
import type { Options } from './options.ts';
import { PeekedBody } from './peeked-body.ts';
import { sniff } from './sniff.ts';

/** Gives responses without a media type the one that their first bytes look like. */
export const create: CreateMiddleware<Options> = ({ autoDetect }) => {
  if (autoDetect === false) return (next) => next;
  return (next) => ({
    handle(exchange) {
      exchange.pushLayer(sniffing);
      next.handle(exchange);
    },
  });
};

const sniffing: ResponseLayer = {
  onResponse(exchange, response) {
    if (!isUntyped(response)) return undefined;
    const body = new PeekedBody(response.body, (first) =>
      goOn(exchange, () => {
        if (first) response.headers.set('Content-Type', sniff(first));
        exchange.resume(sniffing);
      }),
    );
    response.body = body;
    body.peek();
    return 'taken';
  },
};

function isUntyped({ status, headers, body, tunnel }: ExchangeResponse): boolean {
  if (tunnel || body.length === 0 || status === 204 || status === 304) return false;
  return !headers.has('Content-Type') && !headers.get('Content-Encoding');
}
