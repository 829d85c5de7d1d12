import type { Body, BodySink } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { emptyBody } from '../bodies.ts';
import { payloadBytesMax } from './frame.ts';
import type { SendLane, Waiting } from './send-lane.ts';
import { windowBytesMax } from './settings.ts';

/** The stream a body is sent on. */
export interface OutgoingOwner {
  readonly id: number;
  readonly urgency: number;
  readonly lane: SendLane;
  /** All bytes are out: the end of the stream is to be told. */
  bodySent(trailers: Headers | undefined): void;
  bodyBroken(error: ProxyError): void;
}

/** Sends a body as DATA frames, as fast as the other side takes them. */
export class OutgoingBody implements BodySink, Waiting {
  readonly #owner: OutgoingOwner;
  #window: number;
  #body: Body = emptyBody;
  #left: number | undefined;
  /** What could not be sent yet. */
  #rest: Uint8Array[] = none;
  /** The body waits to be resumed. */
  #full = false;
  /** Something of it could not be sent at once. */
  #waited = false;
  #ended = false;
  #trailers: Headers | undefined;
  #stopped = false;

  constructor(owner: OutgoingOwner, window: number) {
    this.#owner = owner;
    this.#window = window;
  }

  get urgency(): number {
    return this.#owner.urgency;
  }

  begin(body: Body): void {
    if (this.#stopped) return body.cancel();
    this.#body = body;
    this.#left = body.length;
    body.start(this);
  }

  /** False: the window would be larger than there are numbers for. */
  widen(bytes: number): boolean {
    if (this.#window + bytes > windowBytesMax) return false;
    this.#window += bytes;
    if (this.#rest.length > 0 && this.#window > 0) {
      this.#owner.lane.wait(this);
      this.#owner.lane.run();
    }
    return true;
  }

  write(chunk: Uint8Array): boolean {
    return this.writePart(chunk, 0, chunk.length);
  }

  writePart(memory: Uint8Array, from: number, end: number): boolean {
    if (this.#stopped || from === end) return true;
    if (this.#left !== undefined && (this.#left -= end - from) < 0) {
      this.#break('longer');
      return true;
    }
    const { lane } = this.#owner;
    const at = this.#rest.length === 0 && lane.free ? this.#sendMuch(memory, from, end) : from;
    if (at < end) this.#keep(memory.subarray(at, end));
    else if (!lane.writer.full) return true;
    this.#full = true;
    this.#waited = true;
    if (this.#rest.length === 0 || this.#window > 0) lane.wait(this);
    return false;
  }

  end(trailers?: Headers): void {
    if (this.#stopped) return;
    if (this.#left !== undefined && this.#left > 0) return this.#break('shorter');
    this.#ended = true;
    this.#trailers = trailers;
    if (this.#rest.length === 0) this.#finish();
  }

  abort(error: ProxyError): void {
    if (this.#stopped) return;
    this.#leave();
    this.#owner.bodyBroken(error);
  }

  /** Nothing of it shall be sent any more. */
  stop(): void {
    if (this.#stopped) return;
    const body = this.#body;
    this.#leave();
    body.cancel();
  }

  sendOne(): boolean {
    const first = this.#rest[0];
    if (first !== undefined) {
      // The other side may have taken back what it had allowed.
      if (this.#window <= 0) return false;
      const sent = this.#send(first, 0, first.length);
      if (sent < first.length) this.#rest[0] = first.subarray(sent);
      else this.#rest.shift();
    }
    if (this.#rest.length > 0) return this.#window > 0;
    if (this.#ended) this.#finish();
    else if (this.#full) {
      this.#full = false;
      this.#body.resume();
    }
    return false;
  }

  #keep(rest: Uint8Array): void {
    if (this.#rest === none) this.#rest = [];
    this.#rest.push(this.#body.stable === true ? rest : Uint8Array.from(rest));
  }

  /** Gives where the rest begins, as `#send` does. */
  #sendMuch(memory: Uint8Array, from: number, end: number): number {
    let at = from;
    while (at < end && this.#window > 0 && this.#owner.lane.open) at = this.#send(memory, at, end);
    return at;
  }

  /** Sends one frame. */
  #send(memory: Uint8Array, from: number, end: number): number {
    const { lane, id } = this.#owner;
    const length = Math.min(end - from, payloadBytesMax, this.#window, lane.window);
    lane.writer.data(id, memory, from, from + length);
    lane.use(length);
    this.#window -= length;
    return from + length;
  }

  #finish(): void {
    const trailers = this.#trailers;
    this.#leave();
    this.#owner.bodySent(trailers);
  }

  #break(how: string): void {
    this.stop();
    this.#owner.bodyBroken(new ProxyError('internal', `A body is ${how} than its length says.`));
  }

  #leave(): void {
    this.#stopped = true;
    this.#body = emptyBody;
    this.#trailers = undefined;
    if (!this.#waited) return;
    this.#rest = none;
    this.#owner.lane.leave(this);
  }
}

/** Most bodies leave at once. */
const none: Uint8Array[] = [];
