import type { Body, BodySink, Exchange, ExchangeResponse, ResponseLayer } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import type { ProxyError } from '../../model/proxy-error.ts';

/** What gRPC calls UNKNOWN. */
const missing = 2;

/** Reads what became of a call of gRPC, which stands in the trailers, or in the head of an answer without a body. */
export class GrpcStatus implements ResponseLayer {
  code = missing;

  onResponse(_: Exchange, response: ExchangeResponse): undefined {
    this.#read(response.headers);
    if (response.body.length !== 0)
      response.body = new WatchedBody(response.body, (trailers) => this.#read(trailers));
  }

  #read(fields: Headers): void {
    const value = fields.get('grpc-status');
    if (value !== undefined && /^\d{1,3}$/.test(value)) this.code = Number(value);
  }
}

/** A body whose trailers somebody looks at. */
class WatchedBody implements Body {
  readonly #body: Body;
  readonly #onTrailers: (trailers: Headers) => void;

  constructor(body: Body, onTrailers: (trailers: Headers) => void) {
    this.#body = body;
    this.#onTrailers = onTrailers;
  }

  get length(): number | undefined {
    return this.#body.length;
  }

  get stable(): boolean {
    return this.#body.stable === true;
  }

  get delivered(): number | undefined {
    return this.#body.delivered;
  }

  start(sink: BodySink): void {
    this.#body.start({
      write: (chunk) => sink.write(chunk),
      end: (trailers) => {
        if (trailers !== undefined) this.#onTrailers(trailers);
        sink.end(trailers);
      },
      abort: (error: ProxyError) => sink.abort(error),
    });
  }

  resume(): void {
    this.#body.resume();
  }

  cancel(): void {
    this.#body.cancel();
  }

  buffer(limitBytes: number): ReturnType<Body['buffer']> {
    return this.#body.buffer(limitBytes);
  }
}
