import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory } from '../../model/reading.ts';
import { deliver, StreamedBody } from '../bodies.ts';
import { ChunkedDecoder } from './chunked-decoder.ts';

/** The connection a body arrives on. */
export interface BodyOwner {
  readonly memory: ChunkMemory;
  /** A sink is there: `take` what has come already. */
  bodyWanted(body: IncomingBody): void;
  /** The sink is full; called for each chunk. */
  bodyFull(body: IncomingBody): void;
  bodyResumed(body: IncomingBody): void;
  /** The last byte has been taken; called before the sink hears of it. */
  bodyEnded(body: IncomingBody): void;
  bodyCancelled(body: IncomingBody): void;
}

/** How a body is delimited: a number of bytes, by chunks, or by the end of the connection. */
export type Framing = number | 'chunked' | 'until-close';

/** A body as it arrives on an HTTP/1.1 connection. The connection feeds it; it feeds its sink. */
export class IncomingBody extends StreamedBody {
  readonly length: number | undefined;
  readonly #owner: BodyOwner;
  readonly #decoder: ChunkedDecoder | undefined;
  #left: number;
  #ended = false;
  #broken: ProxyError | undefined;
  #told = false;
  #taken = 0;

  constructor(owner: BodyOwner, framing: Framing) {
    super();
    this.#owner = owner;
    this.length = typeof framing === 'number' ? framing : undefined;
    this.#left = this.length ?? Number.POSITIVE_INFINITY;
    this.#decoder = framing === 'chunked' ? new ChunkedDecoder(this) : undefined;
  }

  get stable(): boolean {
    return this.#owner.memory.stable;
  }

  /** It can be fed. */
  get wanted(): boolean {
    return this.sink !== undefined;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Somebody has heard that it broke off. */
  get told(): boolean {
    return this.#told;
  }

  /** Bytes that have come. */
  get taken(): number {
    return this.#taken;
  }

  /** Bytes to come, as far as one knows. */
  get left(): number {
    return this.#left;
  }

  /** Consumes bytes that have arrived and gives the offset of the first that is no longer its own. */
  take(bytes: Buffer, from: number, end: number): number {
    if (this.#decoder !== undefined) {
      this.#taken += end - from;
      return this.#decoder.take(bytes, from, end);
    }
    const until = end - from > this.#left ? from + this.#left : end;
    this.#taken += until - from;
    this.#left -= until - from;
    this.deliver(bytes, from, until);
    if (this.#left === 0) this.finish(undefined);
    return until;
  }

  /** The connection has ended: the end of the body if that delimits it, a break otherwise. */
  close(error: ProxyError): void {
    if (this.#ended) return;
    if (this.length === undefined && this.#decoder === undefined) {
      this.#end();
      this.sink?.end();
    } else this.break(error);
  }

  break(error: ProxyError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#broken = error;
    this.#tellBroken(error);
  }

  /** From the decoder: a piece of the body. */
  deliver(bytes: Buffer, from: number, end: number): void {
    if (from === end || this.sink === undefined) return;
    this.delivered += end - from;
    if (!deliver(this.sink, bytes, from, end)) this.#owner.bodyFull(this);
  }

  /** From the decoder: the last chunk and the trailers have come. */
  finish(trailers: Headers | undefined): void {
    this.#end();
    this.sink?.end(trailers);
  }

  resume(): void {
    if (!this.#ended) this.#owner.bodyResumed(this);
  }

  cancel(): void {
    this.sink = undefined;
    if (!this.#ended) this.#owner.bodyCancelled(this);
  }

  protected begin(): void {
    if (this.#broken !== undefined) this.#tellBroken(this.#broken);
    else this.#owner.bodyWanted(this);
  }

  #tellBroken(error: ProxyError): void {
    const sink = this.sink;
    this.sink = undefined;
    this.#told = sink !== undefined;
    sink?.abort(error);
  }

  #end(): void {
    this.#ended = true;
    this.#owner.bodyEnded(this);
  }
}
