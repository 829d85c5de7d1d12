import type { Socket } from 'node:net';
import type { Body } from '../../model/exchange.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory } from '../../model/reading.ts';
import { type BodyOwner, IncomingBody } from './incoming-body.ts';
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

/** One side of two connections that have switched protocols: only bytes, each direction until its end. */
export class SwitchedSide implements BodyOwner, WriterOwner {
  readonly memory: ChunkMemory;
  /** What comes from this side. */
  readonly bytes: IncomingBody;
  readonly #socket: Socket;
  readonly #input: Input;
  readonly #writer: MessageWriter;
  readonly #onOver: () => void;
  #written = false;

  constructor({ socket, memory, input, onOver }: SwitchedInit) {
    this.memory = memory;
    this.#socket = socket;
    this.#input = input;
    this.#onOver = onOver;
    this.#writer = new MessageWriter(socket, this);
    this.bytes = new IncomingBody(this, 'until-close');
    memory.streaming = false;
  }

  /** Writes what comes from the other side, after a head. */
  write(head: string, bytes: Body): void {
    this.#writer.begin(head, bytes, 'close');
  }

  receive(bytes: Buffer, end: number): void {
    this.#input.receive(bytes, end);
    if (this.bytes.wanted) this.#feed();
    else this.#socket.pause();
    this.#input.leave(bytes);
  }

  /** This side sends no more. */
  ended(error: ProxyError): void {
    this.bytes.close(error);
    this.#settle();
  }

  messageWritten(): void {
    this.#written = true;
    this.#settle();
  }

  messageBroken(): void {
    this.#socket.destroy();
  }

  bodyWanted(): void {
    this.#socket.resume();
    this.#feed();
  }

  bodyFull(): void {
    this.memory.lend();
    this.#socket.pause();
  }

  bodyResumed(): void {
    this.memory.takeBack();
    this.#socket.resume();
  }

  bodyEnded(): void {}

  bodyCancelled(): void {
    this.#socket.destroy();
  }

  #feed(): void {
    const { bytes, at, end } = this.#input;
    this.#input.clear();
    if (bytes !== undefined) this.bytes.take(bytes, at, end);
  }

  #settle(): void {
    if (this.#written && this.bytes.ended) this.#onOver();
  }
}

/** A server may only switch to what it was offered. */
export function isOffered(offer: string | undefined, chosen: string | undefined): boolean {
  if (offer === undefined || chosen === undefined) return false;
  const offers = offer.toLowerCase().split(',');
  return offers.some((protocol) => protocol.trim() === chosen.toLowerCase());
}
