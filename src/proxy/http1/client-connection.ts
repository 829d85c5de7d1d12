import type { Socket } from 'node:net';
import type { Client, ExchangeResponse, Handler } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory, Reading } from '../../model/reading.ts';
import { discardSink } from '../bodies.ts';
import { ForwardedFields } from '../forwarded-fields.ts';
import { HttpExchange, type ResponsePort } from '../http-exchange.ts';
import type { HttpSettings } from '../http-settings.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import { CR, LF } from './characters.ts';
import { INCOMPLETE } from './field-scanner.ts';
import { HeadInput } from './head-input.ts';
import { type BodyOwner, IncomingBody } from './incoming-body.ts';
import { Input } from './input.ts';
import { MessageWriter, type WriterOwner } from './message-writer.ts';
import { acceptRequest, trust } from './request.ts';
import { NO_ANSWER, RequestHead, type Trust } from './request-head.ts';
import { type ResponseTerms, refusal, responseHead } from './response.ts';
import { statusLine } from './status-line.ts';

/** What all connections of an entry point share. */
export interface HttpContext {
  readonly settings: HttpSettings;
  readonly handler: Handler;
  readonly wheel: TimerWheel;
  /** What came was no acceptable request, and was answered with this status, or not at all. */
  readonly onRefused?: ((status: number | undefined) => void) | undefined;
}

const head = new RequestHead();
/**
 * A request whose answer needs no more of it is read to its end up to here; beyond, its connection is
 * closed.
 */
const discardBytesMax = 262_144;
/**
 * What comes early is read up to here: a socket that is not read does not tell that its client has gone. Then
 * the server would work on for nobody.
 */
const earlyBytesMax = 16_384;
/** So long a client may take to read the last answer before its connection is gone. */
const lingerMs = 2000;
/**
 * A client that has ended its side gets its answers if they begin this soon: of one that has gone for good nothing
 * else is heard until something is written to it. Longer than a server may take to ask for a body.
 */
const silenceMs = 1500;

/**
 * A client's HTTP/1.1 connection: reads one request after the other, hands each to the handler as an
 * exchange, and writes the response. Requests that come early wait in the input, so that order is kept.
 */
export class ClientConnection implements ResponsePort, BodyOwner, WriterOwner, Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly memory: ChunkMemory;
  readonly #socket: Socket;
  readonly #client: Client;
  readonly #context: HttpContext;
  readonly #writer: MessageWriter;
  readonly #forwarded: ForwardedFields;
  readonly #trust: Trust;
  readonly #bornAt: number;
  readonly #input = new Input();
  /** The input is the beginning of a head. */
  #partial: HeadInput | undefined;
  #exchange: HttpExchange | undefined;
  /** The rest of the request, while it is still to come. */
  #body: IncomingBody | undefined;
  #requests = 0;
  #keepAlive = true;
  /** The client has said that this is its last request. */
  #isLast = false;
  /** The client waits for leave to send the body. */
  #awaitsContinue = false;
  #discarding = false;
  #bodyFull = false;
  #paused = false;
  #pumping = false;
  #switched = false;
  /** The client sends no more. */
  #inputEnded = false;
  /** When the answer must be out, as the wheel counts. */
  #answerBy = Number.POSITIVE_INFINITY;
  /** Bytes, when somebody last looked. */
  #written = 0;
  #closing = false;
  #closed = false;

  constructor(reading: Reading, client: Client, context: HttpContext) {
    const first = reading.take((bytes, end) => this.#receive(bytes, end));
    this.#socket = reading.socket;
    this.memory = reading.memory;
    this.#client = client;
    this.#context = context;
    this.#writer = new MessageWriter(this.#socket, this);
    this.#forwarded = new ForwardedFields(client, context.settings);
    this.#trust = trust(client, context.settings);
    this.#bornAt = context.wheel.now;
    context.wheel.arm(this, context.settings.readTimeoutMs);
    this.#socket.on('drain', () => this.goOn());
    this.#socket.on('end', () => this.#clientEnded());
    this.#socket.on('error', () => this.destroy());
    this.#socket.on('close', () => this.#socketClosed());
    if (first !== undefined) this.#receive(first, first.length);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Finish what runs, then close. */
  drain(): void {
    this.#keepAlive = false;
    const idle = this.#exchange === undefined && this.#body === undefined;
    if (idle && this.#partial === undefined && this.#input.bytes === undefined) this.#close();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  send(exchange: HttpExchange, response: ExchangeResponse): void {
    if (response.tunnel !== undefined) return this.#switchOver(response);
    this.#keepAlive &&= this.#mayStay();
    const terms: ResponseTerms = { request: exchange.request, keepAlive: this.#keepAlive };
    const { text, coding } = responseHead(response, terms);
    if (coding === undefined) {
      response.body.cancel();
      this.#writer.writeText(text);
      this.messageWritten();
    } else {
      if (coding === 'close') this.#keepAlive = false;
      this.#writer.begin(text, response.body, coding);
    }
  }

  inform(exchange: HttpExchange, status: number, headers: Headers): void {
    if (exchange.request.version === '1.0' || (status === 100 && !this.#awaitsContinue)) return;
    if (status === 100) this.#awaitsContinue = false;
    this.#writer.writeText(`${statusLine(status)}${headers.lines}\r\n`);
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
    if (this.#switched) return this.#maybeSwitchedEnd();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.finish();
    if (this.#body === undefined) this.#next();
    else if (!this.#keepAlive) this.#close();
    else if (!this.#discarding) this.bodyCancelled(this.#body);
  }

  messageBroken(): void {
    if (this.#exchange === undefined) this.destroy();
    else this.abort(this.#exchange);
  }

  bodyWanted(body: IncomingBody): void {
    if (this.#awaitsContinue && !this.#discarding) {
      this.#awaitsContinue = false;
      this.#exchange?.request.headers.delete('Expect');
      this.#writer.writeText(`${statusLine(100)}\r\n`);
    }
    if (!this.#pumping) this.#pump();
    else if (this.#input.bytes !== undefined && this.#body === body) this.#feed(body, this.#input.bytes);
  }

  bodyFull(): void {
    this.memory.lend();
    this.#bodyFull = true;
    if (!this.#pumping) this.#steer();
  }

  bodyResumed(): void {
    this.memory.takeBack();
    this.#bodyFull = false;
    if (!this.#pumping) this.#pump();
  }

  bodyEnded(body: IncomingBody): void {
    if (this.#body !== body) return;
    this.#body = undefined;
    this.#bodyFull = false;
    if (this.#switched) return;
    if (this.#exchange !== undefined) this.#awaitAnswer();
    else this.#next();
  }

  /** Nobody wants the rest: it is read and dropped, as long as that is cheaper than a new connection. */
  bodyCancelled(body: IncomingBody): void {
    if (this.#body !== body || this.#switched) return;
    this.#discarding = true;
    this.#bodyFull = false;
    body.start(discardSink);
  }

  onDeadline(): void {
    if (this.#closing || this.#inputEnded) return this.#outwait();
    const error = new ProxyError('request-timeout', 'The client took too long to send its request.');
    if (this.#body === undefined || this.#exchange === undefined) this.destroy();
    else this.#breakBody(this.#body, error);
  }

  #receive(bytes: Buffer, end: number): void {
    if (this.#closing) return;
    if (this.#partial !== undefined) {
      if (!this.#partial.append(bytes.subarray(0, end))) return;
      this.#input.put(this.#partial.bytes, 0, this.#partial.bytes.length);
    } else if (this.#input.bytes === undefined) this.#input.put(bytes, 0, end);
    else this.#input.append(bytes, end);
    this.#pump();
    this.#input.leave(bytes);
  }

  /** Turns to the requests that have come early. */
  goOn(): void {
    if (!this.#pumping) this.#pump();
  }

  /** Uses as much of the input as can be used now. */
  #pump(): void {
    this.#pumping = true;
    while (this.#input.bytes !== undefined && !this.#closing) {
      if (this.#body !== undefined) {
        if (!this.#body.wanted || this.#bodyFull) break;
        this.#feed(this.#body, this.#input.bytes);
      } else if (this.#busy() || !this.#readHead(this.#input.bytes)) break;
    }
    this.#pumping = false;
    if (this.#inputEnded) this.#settleInput();
    this.#steer();
  }

  /** The next request has to wait: for the answer before it, or for a client that does not take what it gets. */
  #busy(): boolean {
    return this.#exchange !== undefined || this.#socket.writableNeedDrain;
  }

  /** Reads from the socket only while there is somewhere to put it. */
  #steer(): void {
    const busy = this.#body !== undefined || this.#busy();
    const early = this.#input.size;
    const pause = (this.#bodyFull || (busy && early > earlyBytesMax)) && !this.#closing;
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#socket.pause();
    else this.#socket.resume();
  }

  #feed(body: IncomingBody, input: Buffer): void {
    const { at, end } = this.#input;
    this.#input.clear();
    try {
      const after = body.take(input, at, end);
      if (after < end) this.#input.put(input, after, end);
      this.memory.streaming = this.#body !== undefined && !this.#switched;
      if (this.#discarding && body.taken > discardBytesMax) this.#close();
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      this.#breakBody(body, error);
    }
  }

  /** False when the head is not complete or not acceptable. */
  #readHead(input: Buffer): boolean {
    const { end } = this.#input;
    let from = this.#input.at;
    while (from + 1 < end && input[from] === CR && input[from + 1] === LF) from += 2;
    this.#input.clear();
    if (from === end) this.#partial = undefined;
    const begun = from < end && (from + 1 < end || input[from] !== CR);
    const after = begun ? head.read(input, from, end, this.#trust) : INCOMPLETE;
    const length = (after === INCOMPLETE ? end : after) - from;
    if (length > this.#context.settings.maxHeaderBytes) return this.#refuse(431);
    if (after === INCOMPLETE) return this.#waitForHead(input.subarray(from, end));
    if (after < 0) return this.#refuse(-after);
    this.#partial = undefined;
    if (after < end) this.#input.put(input, after, end);
    return this.#begin();
  }

  #waitForHead(input: Buffer): boolean {
    if (input.length === 0) return false;
    const { maxHeaderBytes, readTimeoutMs } = this.#context.settings;
    if (this.#partial === undefined && this.#requests > 0) this.#context.wheel.arm(this, readTimeoutMs);
    this.#partial ??= new HeadInput(input, maxHeaderBytes);
    return false;
  }

  #begin(): boolean {
    const { settings, handler, wheel } = this.#context;
    const request = acceptRequest({ head, settings, forwarded: this.#forwarded, trust: this.#trust });
    if (typeof request === 'number') return this.#refuse(request);
    this.#requests++;
    this.#isLast = !head.keepAlive;
    this.#keepAlive &&= head.keepAlive;
    this.#discarding = false;
    this.#awaitsContinue = head.expectsContinue;
    const whole = head.expectsContinue ? undefined : this.#input.takeWhole(head.framing);
    if (whole !== undefined) request.body = whole;
    else if (head.framing !== 0) request.body = this.#body = new IncomingBody(this, head.framing);
    if (this.#body === undefined) this.#awaitAnswer();
    else if (this.#requests > 1 || settings.readTimeoutMs === 0) wheel.arm(this, settings.readTimeoutMs);
    const exchange = new HttpExchange({ client: this.#client, request, port: this });
    this.#exchange = exchange;
    try {
      if (request.path === '*') exchange.reply(200, []);
      else handler.handle(exchange);
    } catch (cause) {
      exchange.fail(new ProxyError('internal', 'A handler failed.', { cause }));
    }
    whole?.keep();
    return true;
  }

  /** Whether the connection can take another request after this response. */
  #mayStay(): boolean {
    const { keepAliveMaxRequests, keepAliveMaxTimeMs } = this.#context.settings;
    if (keepAliveMaxRequests > 0 && this.#requests >= keepAliveMaxRequests) return false;
    if (this.#inputEnded && this.#input.bytes === undefined) return false;
    if (keepAliveMaxTimeMs > 0 && this.#context.wheel.now - this.#bornAt >= keepAliveMaxTimeMs) return false;
    if (this.#body === undefined) return true;
    return !this.#awaitsContinue && (this.#body.length === undefined || this.#body.left <= discardBytesMax);
  }

  #next(): void {
    if (!this.#keepAlive || (this.#inputEnded && this.#input.bytes === undefined)) return this.#close();
    this.#context.wheel.arm(this, this.#context.settings.idleTimeoutMs);
    // Not at once: the connection to the server first has to become free, then this request can use it.
    if (!this.#pumping && (this.#input.bytes !== undefined || this.#paused)) process.nextTick(goOn, this);
  }

  /** Answers what is no acceptable request, and closes: nobody knows where the next one would begin. */
  #refuse(status: number): boolean {
    this.#context.onRefused?.(status === NO_ANSWER ? undefined : status);
    if (status !== NO_ANSWER) this.#writer.writeText(refusal(status));
    this.#keepAlive = false;
    this.#close();
    return false;
  }

  #breakBody(body: IncomingBody, error: ProxyError): void {
    this.#keepAlive = false;
    this.#body = undefined;
    this.#input.clear();
    this.#bodyFull = false;
    body.break(error);
    // Where nobody waits for the answer any longer, nobody else would close.
    if (this.#exchange === undefined) this.#close();
    else if (!body.told) this.#exchange.fail(error);
  }

  /** Joins client and server; from now on there are only bytes. */
  #switchOver(response: ExchangeResponse): void {
    this.#switched = true;
    this.#keepAlive = false;
    this.#context.wheel.arm(this, 0);
    const bytes = new IncomingBody(this, 'until-close');
    this.#body = bytes;
    this.#writer.begin(`${statusLine(response.status)}${response.headers.lines}\r\n`, response.body, 'close');
    response.tunnel!.join(bytes);
  }

  /** The server's direction is over; the client's may go on. */
  #maybeSwitchedEnd(): void {
    if (this.#body !== undefined) return;
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.finish();
  }

  /** The client sends no more: that is how clients go away, but some still wait for their answers. */
  #clientEnded(): void {
    const body = this.#body;
    if (this.#switched && body !== undefined) {
      body.close(clientGone());
      if (this.#socket.writableEnded) this.#maybeSwitchedEnd();
      return;
    }
    this.#inputEnded = true;
    this.#written = this.#socket.bytesWritten;
    if (!this.#closing) this.#context.wheel.arm(this, silenceMs);
    this.#settleInput();
  }

  /** What has not come by now never will. */
  #settleInput(): void {
    if (this.#input.bytes !== undefined) return;
    if (this.#exchange === undefined) this.#close();
    else if (this.#body !== undefined) this.destroy();
  }

  #awaitAnswer(): void {
    const { wheel, settings } = this.#context;
    const { writeTimeoutMs } = settings;
    this.#answerBy = writeTimeoutMs === 0 ? Number.POSITIVE_INFINITY : wheel.now + writeTimeoutMs;
    wheel.arm(this, this.#inputEnded ? silenceMs : writeTimeoutMs);
  }

  /** A client that takes what is written is there; of the others nobody knows. */
  #outwait(): void {
    const { wheel } = this.#context;
    const written = this.#socket.bytesWritten;
    const moving = written !== this.#written || this.#socket.writableLength > 0;
    this.#written = written;
    if (moving && wheel.now < this.#answerBy) wheel.arm(this, silenceMs);
    else this.destroy();
  }

  #socketClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closing = true;
    this.#context.wheel.remove(this);
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.abort();
    this.#body?.break(clientGone());
  }

  /** The last answer must reach the client even if it is still sending: a reset would overtake it. */
  #close(): void {
    if (this.#closing) return;
    this.#closing = true;
    const mayStillSend = !this.#isLast || this.#input.bytes !== undefined || this.#body !== undefined;
    this.#input.clear();
    if (!mayStillSend) return this.#leave();
    this.#socket.end();
    this.#written = this.#socket.bytesWritten;
    this.#context.wheel.arm(this, lingerMs);
    this.#steer();
  }

  /** As soon as the answer is with the kernel; with TLS its end has to be told, too. */
  #leave(): void {
    this.#context.wheel.arm(this, lingerMs);
    if (this.#client.tls === undefined && this.#socket.writableLength === 0) this.#socket.destroy();
    else this.#socket.destroySoon();
  }
}

const clientGone = (): ProxyError => new ProxyError('client-closed', 'The client closed its connection.');

function goOn(connection: ClientConnection): void {
  connection.goOn();
}
