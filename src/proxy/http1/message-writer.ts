import type { Socket } from 'node:net';
import type { Body, BodySink } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { emptyBody } from '../bodies.ts';

/** The connection a message is written to. */
export interface WriterOwner {
  /** The message is complete. */
  messageWritten(): void;
  /** It can no longer be completed: only breaking the connection tells the other side. */
  messageBroken(error: ProxyError): void;
}

/** How the end of the body is told: by its length, by chunks, or by closing this direction. */
export type Coding = 'length' | 'chunked' | 'close';

/** Up to here a chunk is copied into one write together with what goes before it. */
const smallBytes = 16_384;

/**
 * Writes one message after the other to a socket: head and first chunk in one write, back-pressure from the
 * socket to the body.
 */
export class MessageWriter implements BodySink {
  readonly #socket: Socket;
  readonly #owner: WriterOwner;
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
    if (chunk.length === 0) return true;
    if (this.#coding === 'length' && (this.#left -= chunk.length) < 0) {
      this.#owner.messageBroken(new ProxyError('internal', 'A body is longer than its length says.'));
      return false;
    }
    return chunk.length <= smallBytes ? this.#writeSmall(chunk) : this.#writeLarge(chunk);
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

  #writeSmall(chunk: Uint8Array): boolean {
    const content = latin1Slice.call(chunk as Buffer, 0, chunk.length);
    if (this.#coding !== 'chunked') {
      const text = this.#text + content;
      this.#text = '';
      return this.#note(this.#socket.write(text, 'latin1'));
    }
    this.#text += `${chunk.length.toString(16)}\r\n${content}\r\n`;
    if (this.#text.length > smallBytes) return this.#flush();
    this.#flushLater();
    return true;
  }

  #writeLarge(chunk: Uint8Array): boolean {
    const socket = this.#socket;
    const chunked = this.#coding === 'chunked';
    const before = chunked ? `${this.#text}${chunk.length.toString(16)}\r\n` : this.#text;
    this.#text = '';
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
    process.nextTick(flush, this);
  }

  flushNow(): void {
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

function flush(writer: MessageWriter): void {
  writer.flushNow();
}

/** Of any bytes, whoever made them. */
const { latin1Slice } = Buffer.prototype;
