import type { Socket } from 'node:net';
import type { Client, ExchangeResponse } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import type { Reading } from '../../model/reading.ts';
import { HttpExchange, type ResponsePort } from '../http-exchange.ts';
import type { HttpRequest } from '../http-request.ts';
import type { Timed } from '../timer-wheel.ts';
import { Departure } from './departure.ts';
import type { HttpContext } from './http-context.ts';
import { Input } from './input.ts';
import { KeepAlive } from './keep-alive.ts';
import type { WriterOwner } from './message-writer.ts';
import { RequestBody, type RequestBodyOwner } from './request-body.ts';
import { NO_ANSWER } from './request-head.ts';
import { BEGUN, head, RequestReader, WAITING } from './request-reader.ts';
import { ResponseOutput } from './response-output.ts';
import { statusLine } from './status-line.ts';
import { SwitchedSide } from './switched-side.ts';

/**
 * What comes early is read up to here: a socket that is not read does not tell that its client has gone. Then
 * the server would work on for nobody.
 */
const earlyBytesMax = 16_384;

/**
 * A client's HTTP/1.1 connection: reads one request after the other, hands each to the handler as an
 * exchange, and writes the response. Requests that come early wait in the input, so that order is kept.
 */
export class ClientConnection implements ResponsePort, RequestBodyOwner, WriterOwner, Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly #reading: Reading;
  readonly #socket: Socket;
  readonly #client: Client;
  readonly #context: HttpContext;
  readonly #output: ResponseOutput;
  readonly #input = new Input();
  readonly #requests: RequestReader;
  /** The rest of the request, while it is still to come. */
  readonly #body: RequestBody;
  readonly #keepAlive: KeepAlive;
  readonly #departure: Departure;
  #exchange: HttpExchange | undefined;
  /** The connection speaks another protocol now. */
  #switched: SwitchedSide | undefined;
  #paused = false;
  #pumping = false;
  #closed = false;

  constructor(reading: Reading, client: Client, context: HttpContext) {
    const { settings, wheel } = context;
    const { socket } = reading;
    const first = reading.take((bytes, end) => this.#receive(bytes, end));
    this.#reading = reading;
    this.#socket = socket;
    this.#client = client;
    this.#context = context;
    this.#requests = new RequestReader(this.#input, client, settings);
    this.#body = new RequestBody(this, this.#input, reading.memory);
    this.#keepAlive = new KeepAlive(settings, wheel.now);
    this.#output = new ResponseOutput(socket, this, this.#keepAlive);
    this.#departure = new Departure({ socket, wheel, timed: this, encrypted: client.tls !== undefined });
    wheel.arm(this, settings.readTimeoutMs);
    this.#listen();
    if (first !== undefined) this.#receive(first, first.length);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Finish what runs, then close. */
  drain(): void {
    this.#keepAlive.end();
    const idle = this.#exchange === undefined && !this.#body.underWay;
    if (idle && !this.#input.inHead && this.#input.bytes === undefined) this.#close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  send(exchange: HttpExchange, response: ExchangeResponse): void {
    if (response.tunnel !== undefined) return this.#switchOver(response);
    if (!this.#mayStay()) this.#keepAlive.end();
    this.#output.send(exchange.request, response);
  }

  inform(exchange: HttpExchange, status: number, headers: Headers): void {
    if (exchange.request.version === '1.0' || (status === 100 && !this.#body.awaitsContinue)) return;
    if (status === 100) this.#body.awaitsContinue = false;
    this.#output.inform(status, headers.lines);
  }

  /**
   * Where only the end of the connection would end the body, a reset must tell that this is not its end. With TLS
   * an end that was not announced tells it.
   */
  abort(exchange: HttpExchange): void {
    if (exchange.request.version === '1.0' && this.#client.tls === undefined) this.#socket.resetAndDestroy();
    else this.destroy();
  }

  messageWritten(): void {
    this.#finish();
    if (!this.#body.underWay) this.#next();
    else if (!this.#keepAlive.stays) this.#close();
    else this.#body.drop();
  }

  messageBroken(): void {
    if (this.#exchange === undefined) this.destroy();
    else this.abort(this.#exchange);
  }

  allowBody(): void {
    this.#exchange?.request.headers.delete('Expect');
    this.#output.inform(100);
  }

  bodyWanted(): void {
    if (!this.#pumping) this.#pump();
    else if (this.#body.takes) this.#body.feed();
  }

  bodyFull(): void {
    if (!this.#pumping) this.#steer();
  }

  bodyComplete(): void {
    if (this.#exchange !== undefined) this.#departure.awaitAnswer(this.#context.settings.writeTimeoutMs);
    else this.#next();
  }

  bodyTooLong(): void {
    this.#close();
  }

  bodyMalformed(error: ProxyError): void {
    this.#keepAlive.end();
    this.#input.clear();
    const told = this.#body.break(error);
    // Where nobody waits for the answer any longer, nobody else would close.
    if (this.#exchange === undefined) this.#close();
    else if (!told) this.#exchange.fail(error);
  }

  onDeadline(): void {
    if (this.#departure.begun || this.#departure.clientDone) return this.#departure.outwait();
    const error = new ProxyError('request-timeout', 'The client took too long to send its request.');
    if (!this.#body.underWay || this.#exchange === undefined) this.destroy();
    else this.bodyMalformed(error);
  }

  /** Turns to the requests that have come early. */
  goOn(): void {
    if (!this.#pumping) this.#pump();
  }

  #listen(): void {
    this.#socket.on('drain', () => this.goOn());
    this.#socket.on('end', () => this.#clientEnded());
    this.#socket.on('error', () => this.destroy());
    this.#socket.on('close', () => this.#socketClosed());
  }

  #receive(bytes: Buffer, end: number): void {
    if (this.#switched !== undefined) return this.#switched.receive(bytes, end);
    if (this.#departure.begun || !this.#input.receive(bytes, end)) return;
    this.#pump();
    this.#input.leave(bytes);
  }

  /** Uses as much of the input as can be used now. */
  #pump(): void {
    this.#pumping = true;
    while (this.#input.bytes !== undefined && !this.#departure.begun && this.#switched === undefined) {
      if (this.#body.underWay) {
        if (!this.#body.takes) break;
        this.#body.feed();
      } else if (this.#busy() || !this.#readRequest(this.#input.bytes)) break;
    }
    this.#pumping = false;
    if (this.#departure.clientDone) this.#settleInput();
    this.#steer();
  }

  /** The next request has to wait: for the answer before it, or for a client that does not take what it gets. */
  #busy(): boolean {
    return this.#exchange !== undefined || this.#socket.writableNeedDrain;
  }

  /** Reads from the socket only while there is somewhere to put it. */
  #steer(): void {
    if (this.#switched !== undefined) return;
    const early = this.#input.size > earlyBytesMax && (this.#body.underWay || this.#busy());
    const pause = (this.#body.full || early) && !this.#departure.begun;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#socket.pause();
    else this.#socket.resume();
  }

  /** False when the head is not complete or not acceptable. */
  #readRequest(input: Buffer): boolean {
    const { wheel, settings } = this.#context;
    const request = this.#requests.next(input);
    if (typeof request !== 'number') {
      this.#begin(request);
      return true;
    }
    if (request === BEGUN && this.#keepAlive.requests > 0) wheel.arm(this, settings.readTimeoutMs);
    if (request !== BEGUN && request !== WAITING) this.#refuse(request);
    return false;
  }

  #begin(request: HttpRequest): void {
    const { settings, wheel } = this.#context;
    this.#keepAlive.count(head.keepAlive);
    this.#body.awaitsContinue = head.expectsContinue;
    const whole = head.expectsContinue ? undefined : this.#input.takeWhole(head.framing);
    if (whole !== undefined) request.body = whole;
    else if (head.framing !== 0) request.body = this.#body.open(head.framing);
    if (!this.#body.underWay) this.#departure.awaitAnswer(settings.writeTimeoutMs);
    else if (this.#keepAlive.requests > 1 || settings.readTimeoutMs === 0)
      wheel.arm(this, settings.readTimeoutMs);
    this.#exchange = new HttpExchange({ client: this.#client, request, port: this });
    this.#handle(this.#exchange);
    whole?.keep();
  }

  #handle(exchange: HttpExchange): void {
    try {
      if (exchange.request.path === '*') exchange.reply(200, []);
      else this.#context.handler.handle(exchange);
    } catch (cause) {
      exchange.fail(new ProxyError('internal', 'A handler failed.', { cause }));
    }
  }

  /** Whether the connection can take another request after this response. */
  #mayStay(): boolean {
    return !this.#inputOver() && this.#keepAlive.isYoung(this.#context.wheel.now) && this.#body.isDroppable;
  }

  /** All that the client will ever send has been used. */
  #inputOver(): boolean {
    return this.#departure.clientDone && this.#input.bytes === undefined;
  }

  #next(): void {
    if (!this.#keepAlive.stays || this.#inputOver()) return this.#close();
    this.#context.wheel.arm(this, this.#context.settings.idleTimeoutMs);
    // Not at once: the connection to the server first has to become free, then this request can use it.
    if (!this.#pumping && (this.#input.bytes !== undefined || this.#paused)) process.nextTick(goOn, this);
  }

  /** Answers what is no acceptable request, and closes: nobody knows where the next one would begin. */
  #refuse(status: number): void {
    this.#context.onRefused?.(status === NO_ANSWER ? undefined : status);
    if (status !== NO_ANSWER) this.#output.refuse(status);
    this.#keepAlive.end();
    this.#close();
  }

  /** Joins client and server; from now on there are only bytes. */
  #switchOver(response: ExchangeResponse): void {
    this.#context.wheel.arm(this, 0);
    const side = new SwitchedSide({
      socket: this.#socket,
      memory: this.#reading.memory,
      input: this.#input,
      onOver: () => this.#finish(),
    });
    this.#switched = side;
    side.write(`${statusLine(response.status)}${response.headers.lines}\r\n`, response.body);
    response.tunnel!.join(side);
  }

  #finish(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.finish();
  }

  #clientEnded(): void {
    if (this.#switched !== undefined) return this.#switched.finish();
    this.#departure.clientEnded();
    this.#settleInput();
  }

  /** What has not come by now never will. */
  #settleInput(): void {
    if (this.#input.bytes !== undefined) return;
    if (this.#exchange === undefined) this.#close();
    else if (this.#body.underWay) this.destroy();
  }

  /** The last answer must reach the client even if it is still sending. */
  #close(): void {
    if (this.#departure.begun) return;
    const maySend = !this.#keepAlive.isLast || this.#input.bytes !== undefined || this.#body.underWay;
    this.#input.clear();
    this.#departure.begin(maySend);
    this.#steer();
  }

  #socketClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#departure.over();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.abort();
    if (this.#body.underWay) this.#body.break(clientGone());
    if (this.#switched?.ended === false) this.#switched.break(clientGone());
  }
}

const clientGone = (): ProxyError => new ProxyError('client-closed', 'The client closed its connection.');

function goOn(connection: ClientConnection): void {
  connection.goOn();
}
