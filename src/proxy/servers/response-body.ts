import { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory } from '../../model/reading.ts';
import { discardSink } from '../bodies.ts';
import { type BodyOwner, type Framing, IncomingBody } from '../http1/incoming-body.ts';
import type { Input } from '../http1/input.ts';

/** The connection whose responses have the bodies. */
export interface ResponseBodyOwner {
  /** It can be fed. */
  bodyWanted(): void;
  /** It cannot be fed for now. */
  bodyFull(): void;
  bodyResumed(): void;
  /** Its last byte has been taken; called before its sink hears of it. */
  bodyComplete(): void;
  /** Nobody wants the rest, so many bytes as far as one knows. True if it shall be read and dropped. */
  bodyUnwanted(left: number): boolean;
  bodyMalformed(error: ProxyError): void;
}

/** What is still to come of a server's response: fed to whoever wants it, or dropped. */
export class ResponseBody implements BodyOwner {
  readonly memory: ChunkMemory;
  readonly #owner: ResponseBodyOwner;
  readonly #input: Input;
  #body: IncomingBody | undefined;

  constructor(owner: ResponseBodyOwner, input: Input, memory: ChunkMemory) {
    this.#owner = owner;
    this.#input = input;
    this.memory = memory;
  }

  open(framing: Framing): IncomingBody {
    this.#body = new IncomingBody(this, framing);
    return this.#body;
  }

  get underWay(): boolean {
    return this.#body !== undefined;
  }

  /** It can be fed now. */
  get takes(): boolean {
    return this.#body?.wanted === true;
  }

  /** Takes its part of the input. */
  feed(): void {
    const body = this.#body;
    const { bytes, at, end } = this.#input;
    if (body === undefined || bytes === undefined) return;
    this.#input.clear();
    try {
      const after = body.take(bytes, at, end);
      if (after < end) this.#input.put(bytes, after, end);
      else if (this.#body !== undefined) this.memory.streaming = true;
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      this.#owner.bodyMalformed(error);
    }
  }

  /** The server sends no more: the end, where that is how it is told. */
  close(error: ProxyError): void {
    this.#body?.close(error);
  }

  /** It will not be completed. */
  break(error: ProxyError): void {
    const body = this.#body;
    this.#body = undefined;
    body?.break(error);
  }

  bodyWanted(body: IncomingBody): void {
    if (this.#body === body) this.#owner.bodyWanted();
  }

  bodyFull(): void {
    this.memory.lend();
    this.#owner.bodyFull();
  }

  bodyResumed(): void {
    this.memory.takeBack();
    this.#owner.bodyResumed();
  }

  bodyEnded(): void {
    this.#body = undefined;
    this.memory.streaming = false;
    this.#owner.bodyComplete();
  }

  bodyCancelled(body: IncomingBody): void {
    if (this.#body !== body) return;
    if (this.#owner.bodyUnwanted(body.left)) body.start(discardSink);
  }
}
