import type { Socket } from 'node:net';
import type { ExchangeRequest, ExchangeResponse } from '../../model/exchange.ts';
import type { KeepAlive } from './keep-alive.ts';
import { MessageWriter, type WriterOwner } from './message-writer.ts';
import { refusal, responseHead } from './response.ts';
import { statusLine } from './status-line.ts';

/** Responses on their way out: what is told before, the head, and the body behind it. */
export class ResponseOutput {
  readonly #owner: WriterOwner;
  readonly #writer: MessageWriter;
  readonly #keepAlive: KeepAlive;

  constructor(socket: Socket, owner: WriterOwner, keepAlive: KeepAlive) {
    this.#owner = owner;
    this.#writer = new MessageWriter(socket, owner);
    this.#keepAlive = keepAlive;
  }

  send(request: ExchangeRequest, response: ExchangeResponse): void {
    const { text, coding } = responseHead(response, { request, keepAlive: this.#keepAlive.stays });
    if (coding !== undefined) {
      if (coding === 'close') this.#keepAlive.end();
      return this.#writer.begin(text, response.body, coding);
    }
    response.body.cancel();
    this.#writer.writeText(text);
    this.#owner.messageWritten();
  }

  /** An answer before the answer. */
  inform(status: number, lines = ''): void {
    this.#writer.writeText(`${statusLine(status)}${lines}\r\n`);
  }

  /** Answers what is no acceptable request. */
  refuse(status: number): void {
    this.#writer.writeText(refusal(status));
  }
}
