import type { Body, EndListener, Exchange, Tunnel } from '../../model/exchange.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { emptyBody } from '../bodies.ts';
import { HeaderBlock } from '../header-block.ts';
import { tellsEmptyBody } from '../servers/forwarder.ts';
import type { Sending } from '../servers/roles.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import type { FieldList } from './field-list.ts';
import { CANCEL, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from './http2-error.ts';
import { readResponse } from './response-fields.ts';
import { Http2Stream, type StreamOwner } from './stream.ts';
import { addConsent, withoutKey } from './web-socket-handshake.ts';

/** What a stream towards a server asks of its connection besides. */
export interface ResponseOwner extends StreamOwner {
  readonly wheel: TimerWheel;
  readonly encrypted: boolean;
  readonly responseHeaderTimeoutMs: number;
  /** Why the connection has gone, in the proxy's words. */
  explainLoss(): ProxyError;
  /** It has answered others. */
  readonly served: boolean;
  /** It has not said a word since `id` was opened. */
  silentSince(id: number): boolean;
}

const continueWaitMs = 1000;

/** An exchange on its way to a server and back. */
export class ResponseStream extends Http2Stream implements EndListener, Timed {
  deadline = 0;
  slot = 0;
  place = 0;
  readonly #owner: ResponseOwner;
  readonly #sending: Sending;
  /** Until the response is complete. */
  #exchange: Exchange | undefined;
  #answered = false;
  #awaitsContinue = false;
  #bodyBegun = false;
  /** The stream is to carry, or carries, whatever both sides send (RFC 8441). */
  readonly #asksTunnel: boolean;
  #joined = false;

  constructor(id: number, owner: ResponseOwner, sending: Sending) {
    super(id, owner);
    this.#owner = owner;
    this.#sending = sending;
    this.#exchange = sending.exchange;
    this.#asksTunnel = sending.exchange.request.upgrade !== undefined;
  }

  begin(): void {
    const { exchange } = this.#sending;
    exchange.onEnd(this);
    if (this.closed) return;
    const { body, headers } = exchange.request;
    this.#writeHead(exchange);
    if (this.#asksTunnel) return this.#owner.wheel.arm(this, this.#owner.responseHeaderTimeoutMs);
    if (body.length === 0) return this.endLocal();
    if (!headers.has('Expect')) return this.#sendBody();
    this.#awaitsContinue = true;
    this.#owner.wheel.arm(this, continueWaitMs);
  }

  /** A head, or what follows the body. */
  section(list: FieldList, endStream: boolean): void {
    const exchange = this.#exchange;
    if (this.#answered) {
      if (list.exceeded || !endStream) return this.#malformed();
      return this.trailers(list);
    }
    if (exchange === undefined) return;
    try {
      this.#readHead(exchange, list, endStream);
    } catch (error) {
      if (!(error instanceof ProxyError)) throw error;
      this.cut(PROTOCOL_ERROR, error);
    }
  }

  onEnd(): void {
    this.#exchange = undefined;
    if (!this.remoteOver) this.reset(CANCEL);
    else if (!this.localOver) this.reset(NO_ERROR);
  }

  /** The server has not seen it: it may be sent elsewhere. */
  unseen(): void {
    this.close('reset');
    this.broken(REFUSED_STREAM);
  }

  override bodyCancelled(): void {
    if (!this.remoteOver) this.onEnd();
  }

  bodyBroken(error: ProxyError): void {
    this.cut(CANCEL, error);
  }

  onDeadline(): void {
    if (this.#awaitsContinue) this.#sendBody();
    else this.cut(CANCEL, new ProxyError('response-timeout', 'The server did not answer in time.'));
  }

  protected broken(cause: number | ProxyError | undefined): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange === undefined || exchange.aborted) return;
    const error = cause instanceof ProxyError ? cause : this.#explain(cause);
    if (this.#answered) {
      this.incoming?.break(error);
      return;
    }
    const unheard = error.nothingSent || (cause === undefined && this.#owner.silentSince(this.id));
    const stale = this.#owner.served && unheard;
    this.#sending.sender.failed(exchange, { error, stale, listener: this.#sending.listener });
  }

  protected localEnded(): void {
    if (!this.#answered) this.#owner.wheel.arm(this, this.#owner.responseHeaderTimeoutMs);
  }

  /** The response is complete: of the request no more is wanted. */
  protected remoteEnded(): void {
    if (this.#joined) return;
    this.#exchange = undefined;
    if (!this.localOver) this.reset(NO_ERROR);
  }

  protected override forgotten(): void {
    if (this.slot !== 0) this.#owner.wheel.remove(this);
  }

  #writeHead(exchange: Exchange): void {
    const { request } = exchange;
    const { sender } = this.#sending;
    const { encoder } = this.owner;
    const { length } = request.body;
    encoder.begin();
    encoder.pseudo(':method', this.#asksTunnel ? 'CONNECT' : request.method);
    if (this.#asksTunnel) encoder.pseudo(':protocol', 'websocket');
    encoder.pseudo(':scheme', this.#owner.encrypted ? 'https' : 'http');
    encoder.pseudo(':authority', sender.authority(exchange));
    encoder.pseudo(':path', sender.target(exchange));
    if (this.#asksTunnel) encoder.lines(withoutKey(sender, exchange));
    else sender.writeFields(exchange, encoder);
    if (length !== undefined && (length > 0 || tellsEmptyBody(request.method))) {
      encoder.contentLength(length);
    }
    this.lane.writer.headers(this.id, encoder.end(), { endStream: length === 0 && !this.#asksTunnel });
  }

  #sendBody(): void {
    this.#awaitsContinue = false;
    this.#bodyBegun = true;
    if (this.deadline > 0) this.#owner.wheel.arm(this, 0);
    this.out.begin(this.#sending.exchange.request.body);
  }

  #readHead(exchange: Exchange, list: FieldList, endStream: boolean): void {
    const toHead = exchange.request.method === 'HEAD';
    const { status, lines, length } = readResponse(list, toHead);
    const headers = new HeaderBlock(lines);
    if (status < 200) {
      if (endStream || status === 101) return this.#malformed();
      exchange.inform(status, headers);
      if (status === 100 && this.#awaitsContinue) this.#sendBody();
      return;
    }
    this.#answered = true;
    this.#owner.wheel.arm(this, 0);
    if (this.#asksTunnel && status < 300) return this.#join(exchange, headers, endStream);
    const incoming = this.expect(length, endStream);
    if (incoming === undefined && (length ?? 0) > 0) return this.#malformed();
    const body: Body = toHead || length === 0 || incoming === undefined ? emptyBody : incoming;
    this.#sending.sender.answered(exchange, status);
    exchange.respond({ status, headers, body, error: undefined, tunnel: undefined });
    if (endStream) this.finishRemote();
  }

  /** Client and server are joined, whatever protocol the client speaks. */
  #join(exchange: Exchange, headers: HeaderBlock, endStream: boolean): void {
    this.#joined = true;
    const body = this.expect(undefined, endStream) ?? emptyBody;
    addConsent(headers, exchange.request.headers.get('Sec-WebSocket-Key'));
    this.#sending.sender.answered(exchange, 101);
    const tunnel: Tunnel = { join: (bytes) => this.out.begin(bytes) };
    exchange.respond({ status: 101, headers, body, error: undefined, tunnel });
    if (endStream) this.finishRemote();
  }

  #malformed(): void {
    const code = this.#answered && this.incoming !== undefined ? 'response-aborted' : 'malformed-response';
    this.cut(PROTOCOL_ERROR, new ProxyError(code, "The server's response is malformed."));
  }

  #explain(code: number | undefined): ProxyError {
    if (code === undefined) return this.#answered ? aborted() : this.#owner.explainLoss();
    if (this.#answered) return aborted();
    return new ProxyError('server-closed', `The server reset the stream with the code ${code}.`, {
      nothingSent: code === REFUSED_STREAM && !this.#bodyBegun,
    });
  }
}

function aborted(): ProxyError {
  return new ProxyError('response-aborted', 'The server broke off its response.');
}
