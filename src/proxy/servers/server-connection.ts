import type { Socket } from 'node:net';
import type { UnsentListener } from '../../balancing/target.ts';
import type { Body, EndListener, Exchange } from '../../model/exchange.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import type { ChunkMemory } from '../../model/reading.ts';
import { emptyBody } from '../bodies.ts';
import { HeaderBlock } from '../header-block.ts';
import { INCOMPLETE } from '../http1/field-scanner.ts';
import { Input } from '../http1/input.ts';
import type { WriterOwner } from '../http1/message-writer.ts';
import { ResponseHead } from '../http1/response-head.ts';
import { isOffered, SwitchedSide } from '../http1/switched-side.ts';
import type { Timed } from '../timer-wheel.ts';
import {
  cutHead,
  cutShort,
  dialTimeout,
  isLoss,
  malformedBody,
  malformedHead,
  responseTimeout,
} from './network-error.ts';
import { RequestOutput } from './request-output.ts';
import { ResponseBody, type ResponseBodyOwner } from './response-body.ts';
import type { ConnectionOwner, Sender } from './roles.ts';
import { ServerResponse } from './server-response.ts';

const head = new ResponseHead();
const headBytesMax = 1_048_576;
const continueWaitMs = 1000;
/** A response nobody wants is read to its end up to here; beyond, its connection is closed. */
const discardBytesMax = 65_536;

/** A connection to a server: one exchange after the other, over HTTP/1.1. */
export class ServerConnection implements ResponseBodyOwner, WriterOwner, EndListener, Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #request: RequestOutput;
  readonly #memory: ChunkMemory;
  #sender: Sender | undefined;
  #listener: UnsentListener | undefined;
  #exchange: Exchange | undefined;
  readonly #input = new Input();
  /** The rest of the response, while it is still to come. */
  readonly #body: ResponseBody;
  #error: Error | undefined;
  #connected = false;
  #served = 0;
  #idleSince = 0;
  /** Something has come back since the request went out. */
  #heard = false;
  #responseDone = true;
  #keepAlive = true;
  #idleSeconds: number | undefined;
  /** The connection speaks another protocol now. */
  #switched: SwitchedSide | undefined;
  #pumping = false;
  #paused = false;
  #closed = false;

  constructor(owner: ConnectionOwner, socket: Socket, memory: ChunkMemory) {
    this.#owner = owner;
    this.#socket = socket;
    this.#memory = memory;
    this.#body = new ResponseBody(this, this.#input, memory);
    this.#request = new RequestOutput(socket, this);
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
    this.#request.cancel();
    this.destroy();
  }

  receive(bytes: Buffer, end: number): void {
    if (this.#switched !== undefined) return this.#switched.receive(bytes, end);
    if (!this.#input.receive(bytes, end)) return;
    this.#heard = true;
    this.#pump();
    this.#input.leave(bytes);
  }

  messageWritten(): void {
    if (this.#request.complete() && !this.#heard)
      this.#owner.wheel.arm(this, this.#owner.responseHeaderTimeoutMs);
  }

  messageBroken(error: ProxyError): void {
    this.#fail(error);
  }

  bodyWanted(): void {
    if (this.#pumping) this.#body.feed();
    else this.#pump();
  }

  bodyFull(): void {
    this.#pause(true);
  }

  bodyResumed(): void {
    this.#pause(false);
  }

  bodyComplete(): void {
    this.#responseDone = true;
    this.#exchange = undefined;
  }

  bodyUnwanted(left: number): boolean {
    this.#exchange = undefined;
    const drop = this.#request.done && left <= discardBytesMax;
    if (!drop) this.destroy();
    return drop;
  }

  bodyMalformed(error: ProxyError): void {
    this.#breakBody(malformedBody(error));
  }

  onDeadline(): void {
    if (!this.#connected) this.#fail(dialTimeout());
    else if (this.#exchange === undefined) this.destroy();
    else if (this.#request.awaitsContinue) this.#sendBody();
    else this.#fail(responseTimeout());
  }

  #transmit(exchange: Exchange): void {
    this.#responseDone = false;
    this.#heard = false;
    this.#owner.wheel.arm(this, 0);
    this.#request.send(exchange.request, this.#sender!.head(exchange));
    if (this.#request.awaitsContinue) this.#owner.wheel.arm(this, continueWaitMs);
  }

  #sendBody(): void {
    this.#owner.wheel.arm(this, 0);
    this.#request.sendBody();
  }

  #pump(): void {
    this.#pumping = true;
    while (this.#input.bytes !== undefined && !this.#closed && this.#switched === undefined) {
      if (this.#body.underWay) {
        if (!this.#body.takes) {
          this.#pause(true);
          break;
        }
        this.#body.feed();
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

  #readHead(exchange: Exchange, input: Buffer): void {
    const { at: from, end } = this.#input;
    this.#input.clear();
    const after = head.read(input, from, end, exchange.request.method === 'HEAD');
    if (after === INCOMPLETE && end - from <= headBytesMax) {
      return this.#input.keepHead(input.subarray(from, end), headBytesMax);
    }
    this.#input.headEnded();
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
    if (status === 100 && this.#request.awaitsContinue) this.#sendBody();
  }

  #respond(exchange: Exchange): void {
    this.#owner.wheel.arm(this, 0);
    this.#keepAlive = head.keepAlive && !this.#request.awaitsContinue && head.framing !== 'until-close';
    this.#request.keepBody();
    this.#idleSeconds = head.idleSeconds;
    const whole = this.#input.takeWhole(head.framing);
    let body: Body = whole ?? emptyBody;
    if (whole !== undefined || head.framing === 0) this.bodyComplete();
    else body = this.#body.open(head.framing);
    this.#sender!.answered(exchange, head.status);
    exchange.respond(new ServerResponse(head, body));
    whole?.keep();
  }

  #switchOver(exchange: Exchange): void {
    const may = this.#request.done && isOffered(exchange.request.upgrade, head.upgrade);
    if (!may) return this.#fail(malformedHead(false));
    this.#owner.wheel.arm(this, 0);
    const side = new SwitchedSide({
      socket: this.#socket,
      memory: this.#memory,
      input: this.#input,
      onOver: () => this.#switchedOver(),
    });
    this.#switched = side;
    const response = new ServerResponse(head, side, { join: (bytes) => side.write('', bytes) });
    this.#sender!.answered(exchange, 101);
    exchange.respond(response);
  }

  #switchedOver(): void {
    this.#exchange = undefined;
    this.destroy();
  }

  /** The response is complete: the connection serves again, or not. */
  #settle(): void {
    this.#sender = undefined;
    if (!this.#request.done) this.#request.cancel();
    if (!this.#request.done || !this.#keepAlive) return this.destroy();
    this.#served++;
    this.#pause(false);
    this.#owner.released(this, this.#idleSeconds);
  }

  #pause(pause: boolean): void {
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#socket.pause();
    else this.#socket.resume();
  }

  /** Of a body without length that is its end, of another protocol the end of one direction. */
  #serverEnded(): void {
    if (this.#switched !== undefined) return this.#switched.finish();
    if (this.#body.underWay) this.#body.close(cutShort());
    this.destroy();
  }

  #socketClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#owner.wheel.remove(this);
    const idle = this.#connected && this.#sender === undefined;
    this.#owner.closed(this, idle ? this.#owner.wheel.now - this.#idleSince : undefined);
    if (this.#body.underWay) this.#breakBody(this.#explain());
    else if (this.#switched?.ended === false) this.#switched.break(this.#explain());
    else if (this.#exchange !== undefined) this.#fail(this.#input.inHead ? cutHead() : this.#explain());
  }

  #explain(): ProxyError {
    return this.#owner.explain(this.#error, this.#connected);
  }

  #breakBody(error: ProxyError): void {
    this.#exchange = undefined;
    this.#body.break(error);
    this.destroy();
  }

  #fail(error: ProxyError): void {
    const exchange = this.#exchange;
    const sender = this.#sender;
    this.#exchange = undefined;
    this.#sender = undefined;
    const stale = this.#served > 0 && !this.#heard && isLoss(error);
    const listener = this.#listener;
    this.#request.cancel();
    this.destroy(error);
    if (exchange !== undefined && !exchange.aborted) sender?.failed(exchange, { error, stale, listener });
  }
}
