import type { Headers } from '../../model/headers.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import { deliver, StreamedBody } from '../bodies.ts';
import { GrowingBuffer } from '../http1/growing-buffer.ts';
import type { Span } from './frame.ts';

/** The stream a body arrives on. */
export interface IncomingOwner {
  /** Chunks stay as they are after `take` has returned. */
  readonly stable: boolean;
  /** A sink is there. */
  bodyWanted(): void;
  /** Nobody wants the rest. */
  bodyCancelled(): void;
  /** So many bytes need no more memory; `wanted` is false when that is because nobody reads them. */
  bodyConsumed(bytes: number, wanted: boolean): void;
}

/** A body as it arrives on a stream. What the sink cannot take waits here; the window bounds it. */
export class StreamBody extends StreamedBody {
  readonly length: number | undefined;
  readonly #owner: IncomingOwner;
  #received = 0;
  #held: GrowingBuffer | undefined;
  /** Bytes that the sink has not been able to take at once; 0 while it is not full. */
  #lent = 0;
  #stable = false;
  #cancelled = false;
  #complete = false;
  #trailers: Headers | undefined;
  #over = false;
  #broken: ProxyError | undefined;

  constructor(owner: IncomingOwner, length: number | undefined) {
    super();
    this.#owner = owner;
    this.length = length;
  }

  get stable(): boolean {
    return this.#stable;
  }

  /** Somebody has heard the end, or does not want to. */
  get over(): boolean {
    return this.#over;
  }

  /** False: this is more than the length says. */
  take({ bytes, at, end }: Span): boolean {
    this.#received += end - at;
    if (this.length !== undefined && this.#received > this.length) return false;
    if (this.#cancelled) this.#owner.bodyConsumed(end - at, false);
    else if (this.sink === undefined || this.#lent > 0 || this.#held !== undefined)
      this.#hold(bytes.subarray(at, end));
    else {
      this.#stable = this.#owner.stable;
      this.#deliver(bytes, at, end);
    }
    return true;
  }

  /** The last byte has come. False: there should have been more. */
  finish(trailers: Headers | undefined): boolean {
    if (this.length !== undefined && this.#received < this.length) return false;
    this.#complete = true;
    this.#trailers = trailers;
    this.#go();
    return true;
  }

  /** True: somebody has heard of it. */
  break(error: ProxyError): boolean {
    if (this.#over) return false;
    this.#broken = error;
    this.#held = undefined;
    const { sink } = this;
    if (sink === undefined) return false;
    this.#over = true;
    this.sink = undefined;
    sink.abort(error);
    return true;
  }

  resume(): void {
    const lent = this.#lent;
    this.#lent = 0;
    if (lent > 0) this.#owner.bodyConsumed(lent, !this.#cancelled);
    this.#go();
  }

  cancel(): void {
    if (this.#over) return;
    const waiting = this.#lent + (this.#held?.bytes.length ?? 0);
    this.#cancelled = true;
    this.#over = true;
    this.sink = undefined;
    this.#lent = 0;
    this.#held = undefined;
    if (waiting > 0) this.#owner.bodyConsumed(waiting, false);
    this.#owner.bodyCancelled();
  }

  protected begin(): void {
    if (this.#broken !== undefined) return void this.break(this.#broken);
    this.#owner.bodyWanted();
    this.#go();
  }

  #hold(chunk: Buffer): void {
    if (this.#held === undefined) this.#held = new GrowingBuffer(chunk);
    else this.#held.append(chunk);
  }

  /** Delivers what waits, as far as the sink takes it. */
  #go(): void {
    if (this.sink === undefined || this.#lent > 0 || this.#over) return;
    const held = this.#held?.bytes;
    this.#held = undefined;
    if (held !== undefined) {
      this.#stable = true;
      this.#deliver(held, 0, held.length);
    }
    if (!this.#complete || this.#lent > 0 || this.#held !== undefined || this.#over) return;
    this.#over = true;
    this.sink.end(this.#trailers);
  }

  #deliver(bytes: Buffer, at: number, end: number): void {
    const size = end - at;
    if (size === 0) return;
    this.delivered += size;
    // During the call the bytes count as lent: what comes meanwhile has to wait.
    this.#lent = size;
    if (deliver(this.sink!, bytes, at, end) && this.#lent > 0) {
      this.#lent = 0;
      this.#owner.bodyConsumed(size, !this.#cancelled);
    }
  }
}
