import type { ExchangeResponse } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { statusText } from '../../support/status-text.ts';
import type { HttpExchange, ResponsePort } from '../http-exchange.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import { INTERNAL_ERROR, NO_ERROR } from './http2-error.ts';
import { encodeResponse } from './response-block.ts';
import type { StreamBody } from './stream-body.ts';
import { Http2Stream, type StreamOwner } from './stream.ts';

/** What a request's stream asks of its connection besides. */
export interface RequestOwner extends StreamOwner {
  readonly wheel: TimerWheel;
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

export interface AwaitedBody {
  readonly length: number | undefined;
  readonly endStream: boolean;
  /** The client waits for leave to send it. */
  readonly awaitsContinue: boolean;
}

/** A client's request and the response to it. */
export class RequestStream extends Http2Stream implements ResponsePort, Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly #owner: RequestOwner;
  #exchange: HttpExchange | undefined;
  #awaitsContinue = false;

  constructor(id: number, owner: RequestOwner) {
    super(id, owner);
    this.#owner = owner;
  }

  /** The body of the request, if there is to be one. */
  await({ length, endStream, awaitsContinue }: AwaitedBody): StreamBody | undefined {
    this.#awaitsContinue = awaitsContinue;
    const body = this.expect(length, endStream);
    const { wheel, readTimeoutMs, writeTimeoutMs } = this.#owner;
    if (body !== undefined && readTimeoutMs > 0) wheel.arm(this, readTimeoutMs);
    else if (body === undefined && writeTimeoutMs > 0) wheel.arm(this, writeTimeoutMs);
    return length === 0 ? undefined : body;
  }

  begin(exchange: HttpExchange): void {
    this.#exchange = exchange;
  }

  /** Answers what is no acceptable request. */
  refuse(status: number): void {
    const text = Buffer.from(`${statusText(status)}\n`);
    const { encoder } = this.owner;
    encoder.begin();
    encoder.status(status);
    encoder.lines(`content-type: text/plain; charset=utf-8\r\nx-content-type-options: nosniff\r\n`);
    encoder.contentLength(text.length);
    this.lane.writer.headers(this.id, encoder.end(), { endStream: false });
    this.out.write(text);
    this.out.end();
  }

  send(exchange: HttpExchange, response: ExchangeResponse): void {
    if (response.tunnel !== undefined) return this.#switchOver(response);
    // Server and client talk while the request goes on: how long that may take is the server's affair.
    if (!this.remoteOver) this.#owner.wheel.arm(this, this.#owner.writeTimeoutMs);
    const { method } = exchange.request;
    const { block, bodied } = encodeResponse(this.owner.encoder, { response, method });
    this.lane.writer.headers(this.id, block, { endStream: !bodied });
    if (bodied) return this.out.begin(response.body);
    response.body.cancel();
    this.endLocal();
  }

  inform(_exchange: HttpExchange, status: number, headers: Headers): void {
    if (this.closed || status === 101 || (status === 100 && !this.#awaitsContinue)) return;
    if (status === 100) this.#awaitsContinue = false;
    this.#writeInterim(status, headers.lines);
  }

  abort(exchange: HttpExchange): void {
    this.reset(INTERNAL_ERROR);
    exchange.abort();
  }

  bodyBroken(): void {
    if (this.#exchange !== undefined) this.abort(this.#exchange);
  }

  override bodyWanted(): void {
    if (!this.#awaitsContinue) return;
    this.#awaitsContinue = false;
    this.#exchange?.request.headers.delete('Expect');
    this.#writeInterim(100, '');
  }

  onDeadline(): void {
    const error = new ProxyError('request-timeout', 'The client took too long to send its request.');
    const exchange = this.#exchange;
    if (this.remoteOver || exchange?.response !== undefined) return this.cut(INTERNAL_ERROR, error);
    const told = this.incoming?.break(error) === true;
    if (!told) exchange?.fail(error);
  }

  protected broken(cause: number | ProxyError | undefined): void {
    const error =
      cause instanceof ProxyError
        ? cause
        : new ProxyError('client-closed', 'The client has cancelled its request.');
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.abort();
    this.incoming?.break(error);
  }

  protected localEnded(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.finish();
    // What is left of the request may be there already, right behind.
    if (!this.remoteOver) process.nextTick(resetRest, this);
  }

  protected remoteEnded(): void {
    const { wheel, writeTimeoutMs } = this.#owner;
    if (this.deadline > 0 || writeTimeoutMs > 0) wheel.arm(this, writeTimeoutMs);
  }

  protected override forgotten(): void {
    if (this.slot !== 0) this.#owner.wheel.remove(this);
  }

  #writeInterim(status: number, lines: string): void {
    const { encoder } = this.owner;
    encoder.begin();
    encoder.status(status);
    encoder.lines(lines);
    this.lane.writer.headers(this.id, encoder.end(), { endStream: false });
  }

  /** Joins client and server: from now on the stream's data are their bytes (RFC 8441). */
  #switchOver(response: ExchangeResponse): void {
    const { encoder } = this.owner;
    response.headers.delete('Sec-WebSocket-Accept');
    encoder.begin();
    encoder.status(200);
    encoder.lines(response.headers.lines);
    this.lane.writer.headers(this.id, encoder.end(), { endStream: false });
    this.#owner.wheel.arm(this, 0);
    const bytes = this.incoming;
    this.out.begin(response.body);
    if (bytes !== undefined) response.tunnel!.join(bytes);
  }
}

/** The response is complete: nobody reads the rest of the request. */
function resetRest(stream: RequestStream): void {
  if (!stream.remoteOver) stream.reset(NO_ERROR);
}
