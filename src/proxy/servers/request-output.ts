import type { Socket } from 'node:net';
import type { Body, ExchangeRequest } from '../../model/exchange.ts';
import { MessageWriter, type WriterOwner } from '../http1/message-writer.ts';

/** Requests on their way out: the head, and the body behind it or when the server has asked for it. */
export class RequestOutput {
  readonly #writer: MessageWriter;
  readonly #owner: WriterOwner;
  /** Waits for the server's leave. */
  #waiting: Body | undefined;
  #done = true;

  constructor(socket: Socket, owner: WriterOwner) {
    this.#owner = owner;
    this.#writer = new MessageWriter(socket, owner, { dropsTrailers: true });
  }

  /** It is out whole. */
  get done(): boolean {
    return this.#done;
  }

  get awaitsContinue(): boolean {
    return this.#waiting !== undefined;
  }

  send({ body, headers }: ExchangeRequest, head: string): void {
    this.#done = false;
    if (body.length === 0) {
      this.#writer.writeText(head);
      this.#owner.messageWritten();
    } else if (headers.has('Expect')) {
      this.#waiting = body;
      this.#writer.writeText(head);
    } else this.#begin(head, body);
  }

  /** The body that has been waiting goes out. */
  sendBody(): void {
    const body = this.#waiting!;
    this.#waiting = undefined;
    this.#begin('', body);
  }

  /** The body that is waiting stays here: the server has answered without it. */
  keepBody(): void {
    this.#waiting = undefined;
  }

  /** The last byte has been written; false if that was known. */
  complete(): boolean {
    if (this.#done) return false;
    this.#done = true;
    return true;
  }

  cancel(): void {
    this.#writer.cancel();
  }

  #begin(head: string, body: Body): void {
    this.#writer.begin(head, body, body.length === undefined ? 'chunked' : 'length');
  }
}
