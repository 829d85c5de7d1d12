import type { Body, BodySink } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import { DerivedBody } from '../derived-body.ts';

/** Gets to know the first bytes, or that there are none. */
export type PeekListener = (first: Uint8Array | undefined) => void;

/** A body whose beginning is looked at before anybody else takes it. */
export class PeekedBody extends DerivedBody {
  readonly length: number | undefined;
  readonly #listener: PeekListener;
  /** What has come before the body was taken. */
  #kept: Uint8Array[] = [];
  #finish: ((sink: BodySink) => void) | undefined;
  #looking = false;
  #flowing = false;

  constructor(source: Body, listener: PeekListener) {
    super(source);
    this.length = source.length;
    this.#listener = listener;
  }

  peek(): void {
    this.source.start(this);
  }

  write(chunk: Uint8Array): boolean {
    this.delivered += chunk.length;
    if (this.sink) return this.sink.write(chunk);
    this.#kept.push(Uint8Array.from(chunk));
    if (this.#kept.length === 1) this.#look(this.#kept[0]);
    return this.#flowing;
  }

  end(trailers?: Headers): void {
    this.#over((sink) => sink.end(trailers));
  }

  override abort(error: ProxyError): void {
    this.#over((sink) => sink.abort(error));
  }

  /** While the beginning is being looked at, or later. */
  protected override begin(): void {
    const kept = this.#kept;
    this.#kept = [];
    this.#flowing = kept.length === 0 || this.sink!.write(Buffer.concat(kept));
    if (this.#finish) this.#finish(this.sink!);
    else if (this.#flowing && !this.#looking) this.source.resume();
  }

  #over(finish: (sink: BodySink) => void): void {
    if (this.sink) return finish(this.sink);
    this.#finish = finish;
    if (this.#kept.length === 0) this.#look(undefined);
  }

  #look(first: Uint8Array | undefined): void {
    this.#looking = true;
    this.#listener(first);
    this.#looking = false;
  }
}
