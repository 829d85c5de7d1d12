import { randomBytes } from 'node:crypto';
import type { Client } from '../../model/exchange.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import type { Reading } from '../../model/reading.ts';
import { ForwardedFields } from '../forwarded-fields.ts';
import type { HttpContext } from '../http1/http-context.ts';
import type { Trust } from '../http1/request-head.ts';
import { acceptRequest, trust } from '../http1/request.ts';
import { HttpExchange } from '../http-exchange.ts';
import type { HttpRequest } from '../http-request.ts';
import { Http2Connection } from './connection.ts';
import type { FieldList } from './field-list.ts';
import type { HeaderSection } from './header-assembly.ts';
import { Http2Error, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from './http2-error.ts';
import { parsePriority } from './priority.ts';
import { RequestFields } from './request-fields.ts';
import { type RequestOwner, RequestStream } from './request-stream.ts';
import {
  ENABLE_CONNECT_PROTOCOL,
  INITIAL_WINDOW_SIZE,
  MAX_CONCURRENT_STREAMS,
  MAX_HEADER_LIST_SIZE,
} from './settings.ts';
import { streamWindowBytes } from './stream.ts';

const head = new RequestFields();
const streamIdMax = 0x7fffffff;
/** A parent speaks for many clients, and tells of each. */
const uplinkTableBytes = 65_536;
const pingPayload = new Uint8Array(8);

/** A client's HTTP/2 connection: each stream is an exchange. */
export class ClientConnection extends Http2Connection<RequestStream> implements RequestOwner {
  readonly #client: Client;
  readonly #context: HttpContext;
  readonly #forwarded: ForwardedFields;
  readonly #trust: Trust;
  readonly #bornAt: number;
  #requests = 0;
  /** No more requests: the client has been told, or knows from which stream on. */
  #leaving: 'told' | 'decided' | undefined;

  constructor(reading: Reading, client: Client, context: HttpContext) {
    const { settings, wheel } = context;
    const { concurrentStreamsMax, ...tables } = settings.http2;
    if (settings.uplink) tables.decoderTableBytes = Math.max(tables.decoderTableBytes, uplinkTableBytes);
    super({ reading, wheel, headerBytesMax: settings.maxHeaderBytes, awaitsPreface: true, ...tables }, [
      [MAX_CONCURRENT_STREAMS, concurrentStreamsMax],
      [INITIAL_WINDOW_SIZE, streamWindowBytes],
      [MAX_HEADER_LIST_SIZE, settings.maxHeaderBytes],
      [ENABLE_CONNECT_PROTOCOL, 1],
    ]);
    this.#client = client;
    this.#context = context;
    this.#forwarded = new ForwardedFields(client, settings);
    this.#trust = trust(client, settings);
    this.#bornAt = wheel.now;
    wheel.arm(this, settings.readTimeoutMs);
    this.start();
  }

  get readTimeoutMs(): number {
    return this.#context.settings.readTimeoutMs;
  }

  get writeTimeoutMs(): number {
    return this.#context.settings.writeTimeoutMs;
  }

  /**
   * Finish what runs, then close. What the client has sent before it hears of it is still served: only when it
   * has answered a ping the last stream is known.
   */
  drain(): void {
    if (this.#leaving !== undefined || this.closing) return;
    this.#leaving = 'told';
    this.writer.goAway(streamIdMax, { code: NO_ERROR, text: '' });
    this.writer.ping(pingPayload, { ack: false });
    this.streamsChanged();
  }

  onDeadline(): void {
    if (this.linger()) return;
    if (this.streams.size === 0) this.close(NO_ERROR);
  }

  opened(section: HeaderSection, list: FieldList): void {
    const { stream: id, endStream } = section;
    if (id % 2 === 0) throw new Http2Error(PROTOCOL_ERROR, 'A client opens streams of odd numbers.');
    this.lastStream = id;
    if (this.#leaving === 'decided') return this.refused(id);
    if (this.streams.size >= this.#context.settings.http2.concurrentStreamsMax) {
      throw new Http2Error(REFUSED_STREAM, 'More streams at once than allowed.', id);
    }
    const stream = new RequestStream(id, this);
    const status = list.exceeded ? 431 : head.read(list, { trust: this.#trust, endStream });
    if (status === undefined) throw new Http2Error(PROTOCOL_ERROR, 'The request is malformed.', id);
    this.streams.add(stream);
    this.#begin(stream, { status, endStream });
    this.#maybeLeave();
  }

  continued(stream: RequestStream, { endStream }: HeaderSection, list: FieldList): void {
    if (!endStream) throw new Http2Error(PROTOCOL_ERROR, 'A second head.', stream.id);
    if (list.exceeded) throw new Http2Error(PROTOCOL_ERROR, 'Too many trailers.', stream.id);
    stream.trailers(list);
  }

  streamsChanged(): void {
    const { wheel, settings } = this.#context;
    if (this.streams.size > 0 || this.closing) return;
    if (this.#leaving === 'decided') this.close(NO_ERROR);
    else wheel.arm(this, this.#requests === 0 ? settings.readTimeoutMs : settings.idleTimeoutMs);
  }

  blame(text: string): ProxyError {
    return new ProxyError('malformed-request', text);
  }

  pong(): void {
    if (this.#leaving !== 'told') return;
    this.#leaving = 'decided';
    this.writer.goAway(this.lastStream, { code: NO_ERROR, text: '' });
    this.streamsChanged();
  }

  goneAway(): void {
    this.#leaving = 'decided';
    this.streamsChanged();
  }

  isIdle(stream: number): boolean {
    return stream % 2 === 0 || stream > this.lastStream;
  }

  #begin(stream: RequestStream, { status, endStream }: { status: number; endStream: boolean }): void {
    const { settings, wheel } = this.#context;
    if (++this.#requests === 1 || this.streams.size === 1) wheel.arm(this, 0);
    const request =
      status === 0
        ? acceptRequest({ head, settings, forwarded: this.#forwarded, trust: this.#trust })
        : status;
    const refused = typeof request === 'number';
    const body = stream.await({
      length: refused ? undefined : head.length,
      endStream,
      awaitsContinue: !refused && head.expectsContinue,
    });
    if (refused) {
      this.#context.onRefused?.(request);
      return stream.refuse(request);
    }
    if (head.priority !== undefined) stream.urgency = parsePriority(head.priority).urgency;
    if (body !== undefined && request.upgrade === undefined) request.body = body;
    this.#serve(stream, request);
  }

  #serve(stream: RequestStream, request: HttpRequest): void {
    // What HTTP/1 servers need to shake hands; nobody here looks at their answer to it.
    if (request.upgrade !== undefined)
      request.headers.set('Sec-WebSocket-Key', randomBytes(16).toString('base64'));
    const exchange = new HttpExchange({ client: this.#client, request, port: stream });
    stream.begin(exchange);
    try {
      if (request.path === '*') exchange.reply(200, []);
      else this.#context.handler.handle(exchange);
    } catch (cause) {
      exchange.fail(new ProxyError('internal', 'A handler failed.', { cause }));
    }
  }

  /** After so many requests or so long the client is asked for another connection. */
  #maybeLeave(): void {
    const { keepAliveMaxRequests, keepAliveMaxTimeMs } = this.#context.settings;
    const often = keepAliveMaxRequests > 0 && this.#requests >= keepAliveMaxRequests;
    const old = keepAliveMaxTimeMs > 0 && this.now - this.#bornAt >= keepAliveMaxTimeMs;
    if (often || old) this.drain();
  }
}
