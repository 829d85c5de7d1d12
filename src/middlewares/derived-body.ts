import type { Body, BodySink } from '../model/exchange.ts';
import type { Headers } from '../model/headers.ts';
import type { ProxyError } from '../model/proxy-error.ts';
import { StreamedBody } from '../proxy/bodies.ts';

/** A body made out of another one, piece by piece: whoever reads it sets the pace of its source. */
export abstract class DerivedBody extends StreamedBody implements BodySink {
  protected readonly source: Body;

  constructor(source: Body) {
    super();
    this.source = source;
  }

  abstract write(chunk: Uint8Array): boolean;
  abstract end(trailers?: Headers): void;

  abort(error: ProxyError): void {
    this.sink?.abort(error);
  }

  resume(): void {
    this.source.resume();
  }

  cancel(): void {
    this.source.cancel();
  }

  protected begin(): void {
    this.source.start(this);
  }
}
