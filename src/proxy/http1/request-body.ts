import { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory } from '../../model/reading.ts';
import { discardSink } from '../bodies.ts';
import { type BodyOwner, type Framing, IncomingBody } from './incoming-body.ts';
import type { Input } from './input.ts';

/**
 * A request whose answer needs no more of it is read to its end up to here; beyond, its connection is
 * closed.
 */
const discardBytesMax = 262_144;

/** The connection whose requests have the bodies. */
export interface RequestBodyOwner {
  /** The client waits for leave to send the body, and it is wanted now. */
  allowBody(): void;
  /** It can be fed. */
  bodyWanted(): void;
  /** It cannot be fed for now. */
  bodyFull(): void;
  /** Its last byte has been taken. */
  bodyComplete(): void;
  /** What is to be dropped of it is too much. */
  bodyTooLong(): void;
  bodyMalformed(error: ProxyError): void;
}

/** What is still to come of a client's request: fed to whoever wants it, or dropped. */
export class RequestBody implements BodyOwner {
  /** The client waits for leave to send it. */
  awaitsContinue = false;
  readonly memory: ChunkMemory;
  readonly #owner: RequestBodyOwner;
  readonly #input: Input;
  #body: IncomingBody | undefined;
  #full = false;
  #discarding = false;

  constructor(owner: RequestBodyOwner, input: Input, memory: ChunkMemory) {
    this.#owner = owner;
    this.#input = input;
    this.memory = memory;
  }

  open(framing: Framing): IncomingBody {
    this.#discarding = false;
    this.#body = new IncomingBody(this, framing);
    return this.#body;
  }

  get underWay(): boolean {
    return this.#body !== undefined;
  }

  get full(): boolean {
    return this.#full;
  }

  /** It can be fed now. */
  get takes(): boolean {
    return this.#body?.wanted === true && !this.#full;
  }

  /** Reading it to its end is cheaper than a new connection, as far as one knows. */
  get isDroppable(): boolean {
    const body = this.#body;
    if (body === undefined) return true;
    return !this.awaitsContinue && (body.length === undefined || body.left <= discardBytesMax);
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
      this.memory.streaming = this.#body !== undefined;
      if (this.#discarding && body.taken > discardBytesMax) this.#owner.bodyTooLong();
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      this.#owner.bodyMalformed(error);
    }
  }

  /** Nobody wants the rest: it is read and dropped, as long as that is cheaper than a new connection. */
  drop(): void {
    if (this.#body !== undefined && !this.#discarding) this.bodyCancelled(this.#body);
  }

  /** It will not be completed. True if somebody has heard of that. */
  break(error: ProxyError): boolean {
    const body = this.#body;
    this.#body = undefined;
    this.#full = false;
    body?.break(error);
    return body?.told === true;
  }

  bodyWanted(body: IncomingBody): void {
    if (this.#body !== body) return;
    if (this.awaitsContinue && !this.#discarding) {
      this.awaitsContinue = false;
      this.#owner.allowBody();
    }
    this.#owner.bodyWanted();
  }

  bodyFull(): void {
    this.memory.lend();
    this.#full = true;
    this.#owner.bodyFull();
  }

  bodyResumed(): void {
    this.memory.takeBack();
    this.#full = false;
    this.#owner.bodyWanted();
  }

  bodyEnded(body: IncomingBody): void {
    if (this.#body !== body) return;
    this.#body = undefined;
    this.#full = false;
    this.#owner.bodyComplete();
  }

  bodyCancelled(body: IncomingBody): void {
    if (this.#body !== body) return;
    this.#discarding = true;
    this.#full = false;
    body.start(discardSink);
  }
}
