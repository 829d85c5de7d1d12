import type {
  Exchange,
  ExchangeResponse,
  Handler,
  RequestCheckpoint,
  ResponseLayer,
} from '../../model/exchange.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import { goOn } from '../go-on.ts';
import type { CreateMiddleware } from '../middleware.ts';
import { replyStatus } from '../replies.ts';
import type { Options } from './options.ts';
import { type Attempt, retryExpression } from './retry-expression.ts';

/** Everything is kept in memory, so there is a limit where none is set. */
const BODY_BYTES_MAX = 268_435_456;
const ATTEMPTS_MAX = 11;

interface Limits {
  readonly requestBytesMax: number;
  readonly responseBytesMax: number;
  readonly isWorthAnother: (attempt: Attempt) => boolean;
}

/** Takes the whole request before the server sees any of it, and the whole response before the client does. */
export const create: CreateMiddleware<Options> = (options) => {
  const limits: Limits = {
    requestBytesMax: options.maxRequestBodyBytes || BODY_BYTES_MAX,
    responseBytesMax: options.maxResponseBodyBytes || BODY_BYTES_MAX,
    isWorthAnother: retryExpression(options.retryExpression),
  };
  return (next) => ({
    handle(exchange) {
      if (exchange.request.upgrade === undefined) new BufferedExchange(exchange, next, limits).begin();
      else next.handle(exchange);
    },
  });
};

class BufferedExchange implements ResponseLayer {
  readonly #exchange: Exchange;
  readonly #next: Handler;
  readonly #limits: Limits;
  readonly #request: RequestCheckpoint;
  #depth = 0;
  #attempts = 0;

  constructor(exchange: Exchange, next: Handler, limits: Limits) {
    this.#exchange = exchange;
    this.#next = next;
    this.#limits = limits;
    this.#request = exchange.request.checkpoint();
  }

  begin(): void {
    const { request } = this.#exchange;
    if (request.body.length === 0) return this.#watch();
    request.body.buffer(this.#limits.requestBytesMax).then(
      (body) =>
        goOn(this.#exchange, () => {
          if (body === 'too-large') return replyStatus(this.#exchange, 413);
          request.body = body;
          this.#watch();
        }),
      (error: ProxyError) => this.#exchange.fail(error),
    );
  }

  onResponse(_: Exchange, response: ExchangeResponse): 'taken' | undefined {
    if (response.tunnel) return undefined;
    const { status, body } = response;
    const attempt = { method: this.#exchange.request.method, status, count: this.#attempts };
    if (this.#attempts < ATTEMPTS_MAX && this.#limits.isWorthAnother(attempt)) {
      this.#exchange.discardResponse(this.#depth + 1);
      this.#exchange.request.restore(this.#request);
      goOn(this.#exchange, () => this.#try());
      return 'taken';
    }
    if (body.length === 0) return undefined;
    this.#collect(response);
    return 'taken';
  }

  #watch(): void {
    this.#depth = this.#exchange.pushLayer(this);
    this.#try();
  }

  #try(): void {
    this.#attempts += 1;
    this.#next.handle(this.#exchange);
  }

  #collect(response: ExchangeResponse): void {
    response.body.buffer(this.#limits.responseBytesMax).then(
      (body) =>
        goOn(this.#exchange, () => {
          if (body === 'too-large') return this.#replace((exchange) => replyStatus(exchange, 500));
          response.body = body;
          this.#exchange.resume(this);
        }),
      (error: ProxyError) => this.#replace((exchange) => exchange.fail(error)),
    );
  }

  /** The response was of no use; what is said instead passes the layers outside. */
  #replace(say: (exchange: Exchange) => void): void {
    this.#exchange.discardResponse(this.#depth);
    say(this.#exchange);
  }
}
