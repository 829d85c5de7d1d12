import type { Socket } from 'node:net';
import type { UnsentListener } from '../../balancing/target.ts';
import type { Body, EndListener, Exchange } from '../../model/exchange.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory } from '../../model/reading.ts';
import { discardSink, emptyBody } from '../bodies.ts';
import { HeaderBlock } from '../header-block.ts';
import { INCOMPLETE } from '../http1/field-scanner.ts';
import { HeadInput } from '../http1/head-input.ts';
import { type BodyOwner, IncomingBody } from '../http1/incoming-body.ts';
import { Input } from '../http1/input.ts';
import { MessageWriter, type WriterOwner } from '../http1/message-writer.ts';
import { ResponseHead } from '../http1/response-head.ts';
import type { Timed } from '../timer-wheel.ts';
import { isLoss, malformedHead } from './network-error.ts';
import type { ConnectionOwner, Sender } from './roles.ts';
import { ServerResponse } from './server-response.ts';

const head = new ResponseHead();
const headBytesMax = 1_048_576;
const continueWaitMs = 1000;
/** A response nobody wants is read to its end up to here; beyond, its connection is closed. */
const discardBytesMax = 65_536;

/** A connection to a server: one exchange after the other, over HTTP/1.1. */
export class ServerConnection implements BodyOwner, WriterOwner, EndListener, Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #writer: MessageWriter;
  readonly memory: ChunkMemory;
  #sender: Sender | undefined;
  #listener: UnsentListener | undefined;
  #exchange: Exchange | undefined;
  #body: IncomingBody | undefined;
  readonly #input = new Input();
  #partial: HeadInput | undefined;
  #error: Error | undefined;
  #connected = false;
  #served = 0;
  #idleSince = 0;
  /** Since the request went out: whether it is out whole, and what has come back. */
  #requestDone = true;
  #heard = false;
  #responseDone = true;
  #keepAlive = true;
  #idleSeconds: number | undefined;
  #awaitsContinue = false;
  #switched = false;
  #pumping = false;
  #paused = false;
  #closed = false;

  constructor(owner: ConnectionOwner, socket: Socket, memory: ChunkMemory) {
    this.#owner = owner;
    this.#socket = socket;
    this.memory = memory;
    this.#writer = new MessageWriter(socket, this, { dropsTrailers: true });
    owner.wheel.arm(this, owner.dialTimeoutMs);
    socket.on('end', () => this.#serverEnded());
    socket.on('error', (error: Error) => {
      this.#error ??= error;
    });
    socket.on('close', () => this.#socketClosed());
  }

  /** It has not been given up; the pool hears of that a little later. */
  get alive(): boolean {
    return !this.#socket.destroyed;
  }

  /** The network and TLS are ready. */
  connected(): void {
    this.#connected = true;
    if (this.#exchange !== undefined) this.#transmit(this.#exchange);
  }

  /** Sends the exchange's request and has it answered. */
  begin(exchange: Exchange, sender: Sender, listener: UnsentListener | undefined): void {
    this.#listener = listener;
    this.#exchange = exchange;
    this.#sender = sender;
    exchange.onEnd(this);
    if (this.#connected && this.#exchange !== undefined) this.#transmit(exchange);
  }

  /** Waits for the next request, for so long. */
  idle(ms: number): void {
    this.#idleSince = this.#owner.wheel.now;
    this.#owner.wheel.arm(this, ms);
  }

  destroy(error?: Error): void {
    this.#error ??= error;
    this.#socket.destroy();
  }

  /** The exchange is over; if it was cut short, so is the connection. */
  onEnd(exchange: Exchange): void {
    if (this.#exchange !== exchange) return;
    this.#exchange = undefined;
    this.#writer.cancel();
    this.destroy();
  }

  receive(bytes: Buffer, end: number): void {
    if (this.#partial === undefined) this.#input.put(bytes, 0, end);
    else if (!this.#partial.append(bytes.subarray(0, end))) return;
    else this.#input.put(this.#partial.bytes, 0, this.#partial.bytes.length);
    this.#heard = true;
    this.#pump();
    this.#input.leave(bytes);
  }

  messageWritten(): void {
    if (this.#requestDone) return;
    this.#requestDone = true;
    if (this.#switched) return this.#settleSwitched();
    if (!this.#heard) this.#owner.wheel.arm(this, this.#owner.responseHeaderTimeoutMs);
  }

  messageBroken(error: ProxyError): void {
    this.#fail(error);
  }

  bodyWanted(body: IncomingBody): void {
    if (!this.#pumping) this.#pump();
    else if (this.#input.bytes !== undefined && this.#body === body) this.#feed(body, this.#input.bytes);
  }

  bodyFull(): void {
    this.memory.lend();
    this.#pause(true);
  }

  bodyResumed(): void {
    this.memory.takeBack();
    this.#pause(false);
  }

  bodyEnded(): void {
    this.#body = undefined;
    this.memory.streaming = false;
    this.#responseDone = true;
    if (!this.#switched) this.#exchange = undefined;
  }

  bodyCancelled(body: IncomingBody): void {
    if (this.#body !== body) return;
    this.#exchange = undefined;
    if (!this.#requestDone || body.left > discardBytesMax) this.destroy();
    else body.start(discardSink);
  }

  onDeadline(): void {
    if (!this.#connected)
      this.#fail(
        new ProxyError('dial-timeout', 'The server did not accept a connection in time.', {
          nothingSent: true,
        }),
      );
    else if (this.#exchange === undefined) this.destroy();
    else if (this.#awaitsContinue) this.#sendBody(this.#exchange);
    else this.#fail(new ProxyError('response-timeout', 'The server did not answer in time.'));
  }

  #transmit(exchange: Exchange): void {
    this.#requestDone = false;
    this.#responseDone = false;
    this.#heard = false;
    const { request } = exchange;
    this.#owner.wheel.arm(this, 0);
    const text = this.#sender!.head(exchange);
    if (request.body.length === 0) {
      this.#writer.writeText(text);
      this.messageWritten();
    } else if (request.headers.has('Expect')) {
      this.#awaitsContinue = true;
      this.#writer.writeText(text);
      this.#owner.wheel.arm(this, continueWaitMs);
    } else this.#writer.begin(text, request.body, request.body.length === undefined ? 'chunked' : 'length');
  }

  #sendBody({ request }: Exchange): void {
    this.#awaitsContinue = false;
    this.#owner.wheel.arm(this, 0);
    this.#writer.begin('', request.body, request.body.length === undefined ? 'chunked' : 'length');
  }

  #pump(): void {
    this.#pumping = true;
    while (this.#input.bytes !== undefined && !this.#closed) {
      if (this.#body !== undefined) {
        if (!this.#body.wanted) {
          this.#pause(true);
          break;
        }
        this.#feed(this.#body, this.#input.bytes);
      } else if (this.#responseDone || this.#exchange === undefined) {
        this.#keepAlive = false;
        this.#input.clear();
        // What comes unasked to an idle connection would be the answer to the next request.
        if (this.#sender === undefined) this.destroy();
      } else this.#readHead(this.#exchange, this.#input.bytes);
    }
    this.#pumping = false;
    if (this.#responseDone && !this.#closed && this.#sender !== undefined) this.#settle();
  }

  #feed(body: IncomingBody, input: Buffer): void {
    const { at, end } = this.#input;
    this.#input.clear();
    try {
      const after = body.take(input, at, end);
      if (after < end) this.#input.put(input, after, end);
      else if (this.#body !== undefined) this.memory.streaming = !this.#switched;
    } catch (cause) {
      if (!(cause instanceof ProxyError)) throw cause;
      this.#breakBody(
        new ProxyError('response-aborted', `The server's response is malformed: ${cause.message}`),
      );
    }
  }

  #readHead(exchange: Exchange, input: Buffer): void {
    const { at: from, end } = this.#input;
    this.#input.clear();
    const after = head.read(input, from, end, exchange.request.method === 'HEAD');
    if (after === INCOMPLETE && end - from <= headBytesMax) {
      this.#partial ??= new HeadInput(input.subarray(from, end), headBytesMax);
      return;
    }
    this.#partial = undefined;
    if (after < 0) return this.#fail(malformedHead(after === INCOMPLETE));
    if (after < end) this.#input.put(input, after, end);
    if (head.status === 101) this.#switchOver(exchange);
    else if (head.status < 200) this.#interim(exchange);
    else this.#respond(exchange);
  }

  #interim(exchange: Exchange): void {
    const { status } = head;
    const headers = new HeaderBlock(head.lines);
    for (const name of head.connection) headers.delete(name);
    exchange.inform(status, headers);
    if (status === 100 && this.#awaitsContinue) this.#sendBody(exchange);
  }

  #respond(exchange: Exchange): void {
    this.#owner.wheel.arm(this, 0);
    this.#keepAlive = head.keepAlive && !this.#awaitsContinue && head.framing !== 'until-close';
    this.#awaitsContinue = false;
    this.#idleSeconds = head.idleSeconds;
    const whole = this.#input.takeWhole(head.framing);
    let body: Body = whole ?? emptyBody;
    if (whole !== undefined || head.framing === 0) this.bodyEnded();
    else body = this.#body = new IncomingBody(this, head.framing);
    this.#sender!.answered(exchange, head.status);
    exchange.respond(new ServerResponse(head, body));
    whole?.keep();
  }

  #switchOver(exchange: Exchange): void {
    if (!offered(exchange.request.upgrade, head.upgrade)) return this.#fail(malformedHead(false));
    this.#owner.wheel.arm(this, 0);
    this.#switched = true;
    this.#keepAlive = false;
    this.#requestDone = false;
    this.#body = new IncomingBody(this, 'until-close');
    const response = new ServerResponse(head, this.#body, {
      join: (bytes) => this.#writer.begin('', bytes, 'close'),
    });
    this.#sender!.answered(exchange, 101);
    exchange.respond(response);
  }

  /** The response is complete: the connection serves again, or not. */
  #settle(): void {
    if (this.#switched) return this.#settleSwitched();
    this.#sender = undefined;
    if (!this.#requestDone) this.#writer.cancel();
    if (!this.#requestDone || !this.#keepAlive) return this.destroy();
    this.#served++;
    this.#pause(false);
    this.#owner.released(this, this.#idleSeconds);
  }

  #settleSwitched(): void {
    if (!this.#requestDone || !this.#responseDone) return;
    this.#exchange = undefined;
    this.destroy();
  }

  #pause(pause: boolean): void {
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#socket.pause();
    else this.#socket.resume();
  }

  /** The end of the stream: of a body without length that is its end, in a tunnel one direction's. */
  #serverEnded(): void {
    const body = this.#body;
    if (body === undefined) return this.destroy();
    body.close(
      new ProxyError(
        'response-aborted',
        'The server closed the connection before its response was complete.',
      ),
    );
    if (!this.#switched) this.destroy();
    else this.#settleSwitched();
  }

  #socketClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owner.wheel.remove(this);
    const idle = this.#connected && this.#sender === undefined;
    this.#owner.closed(this, idle ? this.#owner.wheel.now - this.#idleSince : undefined);
    if (this.#body !== undefined) this.#breakBody(this.#owner.explain(this.#error, true));
    else if (this.#exchange !== undefined) this.#fail(this.#closedEarly());
  }

  #closedEarly(): ProxyError {
    if (this.#partial === undefined) return this.#owner.explain(this.#error, this.#connected);
    return new ProxyError(
      'malformed-response',
      'The server closed the connection within the head of its response.',
    );
  }

  #breakBody(error: ProxyError): void {
    const body = this.#body;
    this.#body = undefined;
    this.#exchange = undefined;
    body?.break(error);
    this.destroy();
  }

  #fail(error: ProxyError): void {
    const exchange = this.#exchange;
    const sender = this.#sender;
    this.#exchange = undefined;
    this.#sender = undefined;
    const stale = this.#served > 0 && !this.#heard && isLoss(error);
    const listener = this.#listener;
    this.#writer.cancel();
    this.destroy(error);
    if (exchange !== undefined && !exchange.aborted) sender?.failed(exchange, { error, stale, listener });
  }
}

/** A server may only switch to what it was offered. */
function offered(offer: string | undefined, chosen: string | undefined): boolean {
  if (offer === undefined || chosen === undefined) return false;
  const offers = offer.toLowerCase().split(',');
  return offers.some((protocol) => protocol.trim() === chosen.toLowerCase());
}
