import type { Socket } from 'node:net';
import type { Body } from '../../model/exchange.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory } from '../../model/reading.ts';
import { deliver, StreamedBody } from '../bodies.ts';
import type { Input } from './input.ts';
import { MessageWriter, type WriterOwner } from './message-writer.ts';

export interface SwitchedInit {
  readonly socket: Socket;
  readonly memory: ChunkMemory;
  /** What came behind the head is the other protocol's already. */
  readonly input: Input;
  /** Both directions are over. */
  readonly onOver: () => void;
}

/** From here on a read is worth memory of its own, which is lent instead of copied. */
const largeBytes = 16_384;

/**
 * One side of two connections that have switched protocols: only bytes, each direction until its end. It is the
 * body of what comes from this side; thousands may say little at a time, so nothing stands between two sides.
 */
export class SwitchedSide extends StreamedBody implements WriterOwner {
  readonly length = undefined;
  readonly #socket: Socket;
  readonly #memory: ChunkMemory;
  readonly #input: Input;
  readonly #writer: MessageWriter;
  readonly #onOver: () => void;
  #written = false;
  #ended = false;
  #broken: ProxyError | undefined;

  constructor({ socket, memory, input, onOver }: SwitchedInit) {
    super();
    this.#socket = socket;
    this.#memory = memory;
    this.#input = input;
    this.#onOver = onOver;
    this.#writer = new MessageWriter(socket, this);
    memory.streaming = false;
  }

  get stable(): boolean {
    return this.#memory.stable;
  }

  /** This side sends no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Writes what comes from the other side, after a head. */
  write(head: string, bytes: Body): void {
    this.#writer.begin(head, bytes, 'close');
  }

  receive(bytes: Buffer, end: number): void {
    if (this.sink !== undefined) return this.#pass(bytes, 0, end);
    this.#input.receive(bytes, end);
    this.#socket.pause();
    this.#input.leave(bytes);
  }

  /** This side has come to its end. */
  finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.sink?.end();
    this.#settle();
  }

  /** This side is cut off. */
  break(error: ProxyError): void {
    this.#ended = true;
    this.#broken = error;
    this.#tellBroken(error);
  }

  messageWritten(): void {
    this.#written = true;
    this.#settle();
  }

  messageBroken(): void {
    this.#socket.destroy();
  }

  resume(): void {
    if (this.#ended) return;
    this.#memory.takeBack();
    this.#socket.resume();
  }

  cancel(): void {
    this.sink = undefined;
    if (!this.#ended) this.#socket.destroy();
  }

  protected begin(): void {
    const { bytes, at, end } = this.#input;
    this.#input.clear();
    if (!this.#ended) this.#socket.resume();
    if (bytes !== undefined) this.#pass(bytes, at, end);
    if (this.#broken !== undefined) this.#tellBroken(this.#broken);
    else if (this.#ended) this.sink?.end();
  }

  #pass(bytes: Buffer, from: number, end: number): void {
    const memory = this.#memory;
    this.delivered += end - from;
    if (!deliver(this.sink!, bytes, from, end)) {
      memory.lend();
      this.#socket.pause();
    }
    memory.streaming = end - from > largeBytes;
  }

  #tellBroken(error: ProxyError): void {
    const { sink } = this;
    this.sink = undefined;
    sink?.abort(error);
  }

  #settle(): void {
    if (this.#written && this.#ended) this.#onOver();
  }
}

/** A server may only switch to what it was offered. */
export function isOffered(offer: string | undefined, chosen: string | undefined): boolean {
  if (offer === undefined || chosen === undefined) return false;
  const offers = offer.toLowerCase().split(',');
  return offers.some((protocol) => protocol.trim() === chosen.toLowerCase());
}
