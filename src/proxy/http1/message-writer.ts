import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Body, BodySink } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { emptyBody } from '../bodies.ts';
import { atEndOfTurn, type Gathering } from '../end-of-turn.ts';

/** The connection a message is written to. */
export interface WriterOwner {
  /** The message is complete. */
  messageWritten(): void;
  /** It can no longer be completed: only breaking the connection tells the other side. */
  messageBroken(error: ProxyError): void;
}

/** How the end of the body is told: by its length, by chunks, or by closing this direction. */
export type Coding = 'length' | 'chunked' | 'close';

/** Up to here a chunk goes out as text, in one string with what goes before it. */
const textBytesMax = 1024;
/** Up to here text is what costs least where nothing is written at once: chunks to be joined, and TLS. */
const joinedBytesMax = 16_384;
/** Up to here it is copied behind what goes before it. */
const copiedBytesMax = 32_768;
/** Where writes are put together that are over before the next one begins. */
let desk = Buffer.allocUnsafeSlow(copiedBytesMax + 16_384);

/**
 * Writes one message after the other to a socket: head and first chunk in one write, back-pressure from the
 * socket to the body.
 */
export class MessageWriter implements BodySink, Gathering {
  readonly #socket: Socket;
  readonly #owner: WriterOwner;
  readonly #textBytesMax: number;
  readonly #drained = () => this.#drain();
  /** Text that waits for what comes next in the same turn. */
  #text = '';
  #coding: Coding = 'length';
  #left = 0;
  #body: Body = emptyBody;
  #full = false;
  #flushing = false;
  /** Trailers of requests are not sent on, as in Traefik. */
  readonly #dropsTrailers: boolean;

  constructor(socket: Socket, owner: WriterOwner, { dropsTrailers = false } = {}) {
    this.#dropsTrailers = dropsTrailers;
    this.#socket = socket;
    this.#textBytesMax = (socket as Partial<TLSSocket>).encrypted === true ? joinedBytesMax : textBytesMax;
    this.#owner = owner;
    socket.on('drain', this.#drained);
  }

  /** A message without a body, or one that is not its own message: 1xx. */
  writeText(text: string): void {
    this.#socket.write(this.#text + text, 'latin1');
    this.#text = '';
  }

  /** Writes `head` and then `body`, `length` bytes of it if the coding says so. */
  begin(head: string, body: Body, coding: Coding): void {
    this.#text = head;
    this.#coding = coding;
    this.#left = coding === 'length' ? body.length! : 0;
    this.#body = body;
    this.#full = false;
    body.start(this);
    // A stream's first bytes come right behind its head.
    if (this.#text !== '') this.#flushLater();
  }

  write(chunk: Uint8Array): boolean {
    return this.writePart(chunk as Buffer, 0, chunk.length);
  }

  writePart(memory: Buffer, from: number, end: number): boolean {
    const size = end - from;
    if (size === 0) return true;
    if (this.#coding === 'length' && (this.#left -= size) < 0) {
      this.#owner.messageBroken(new ProxyError('internal', 'A body is longer than its length says.'));
      return false;
    }
    if (this.#coding === 'chunked' && size <= joinedBytesMax) return this.#join(memory, from, end);
    if (this.#coding === 'chunked' || size > copiedBytesMax) return this.#writeLarge(memory, from, end);
    return size <= this.#textBytesMax
      ? this.#writeText(memory, from, end)
      : this.#writeCopy(memory, from, end);
  }

  end(trailers?: Headers): void {
    this.#body = emptyBody;
    if (this.#coding === 'length' && this.#left > 0) {
      this.#owner.messageBroken(new ProxyError('internal', 'A body is shorter than its length says.'));
      return;
    }
    const lines = this.#dropsTrailers ? '' : (trailers?.lines ?? '');
    if (this.#coding === 'chunked') this.#text += `0\r\n${lines}\r\n`;
    if (this.#text !== '') this.#flush();
    if (this.#coding === 'close') this.#socket.end();
    this.#owner.messageWritten();
  }

  abort(error: ProxyError): void {
    this.#body = emptyBody;
    if (this.#text !== '') this.#flush();
    this.#owner.messageBroken(error);
  }

  /** The body shall not be asked for more: whatever it still delivers goes nowhere. */
  cancel(): void {
    const body = this.#body;
    this.#body = emptyBody;
    body.cancel();
  }

  #writeText(memory: Buffer, from: number, end: number): boolean {
    const text = this.#text + latin1Slice.call(memory, from, end);
    this.#text = '';
    return this.#note(this.#socket.write(text, 'latin1'));
  }

  #join(memory: Buffer, from: number, end: number): boolean {
    this.#text += `${(end - from).toString(16)}\r\n${latin1Slice.call(memory, from, end)}\r\n`;
    if (this.#text.length > joinedBytesMax) return this.#flush();
    this.#flushLater();
    return true;
  }

  /** One copy is cheaper than text, and than a write of two parts. */
  #writeCopy(memory: Buffer, from: number, end: number): boolean {
    const socket = this.#socket;
    const head = this.#text;
    const size = head.length + end - from;
    this.#text = '';
    const free = socket.writableLength === 0 && size <= desk.length;
    const bytes = free ? desk : Buffer.allocUnsafe(size);
    if (head !== '') bytes.latin1Write(head, 0);
    bytes.set(memory.subarray(from, end), head.length);
    const flowing = socket.write(bytes.subarray(0, size));
    if (free && socket.writableLength > 0) desk = Buffer.allocUnsafeSlow(desk.length);
    return this.#note(flowing);
  }

  #writeLarge(memory: Buffer, from: number, end: number): boolean {
    const socket = this.#socket;
    const chunked = this.#coding === 'chunked';
    const before = chunked ? `${this.#text}${(end - from).toString(16)}\r\n` : this.#text;
    this.#text = '';
    const chunk = memory.subarray(from, end);
    socket.cork();
    if (before !== '') socket.write(before, 'latin1');
    socket.write(this.#body.stable === true ? chunk : Buffer.from(chunk), this.#drained);
    if (chunked) socket.write('\r\n', 'latin1');
    socket.uncork();
    return this.#note(socket.writableLength === 0);
  }

  /** Chunks of one turn leave together, with the last one if that comes in time. */
  #flushLater(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    atEndOfTurn(this);
  }

  flushGathered(): void {
    this.#flushing = false;
    if (this.#text !== '') this.#flush();
  }

  #flush(): boolean {
    const text = this.#text;
    this.#text = '';
    return this.#note(this.#socket.write(text, 'latin1'));
  }

  #note(flowing: boolean): boolean {
    if (!flowing) this.#full = true;
    return flowing;
  }

  #drain(): void {
    if (!this.#full || this.#socket.writableLength > 0) return;
    this.#full = false;
    this.#body.resume();
  }
}

/** Of any bytes, whoever made them. */
const { latin1Slice } = Buffer.prototype;
