import { ProxyError } from '../../model/proxy-error.ts';
import type { Reading } from '../../model/reading.ts';
import { networkError } from '../servers/network-error.ts';
import type { Sending } from '../servers/roles.ts';
import type { TimerWheel } from '../timer-wheel.ts';
import { Http2Connection } from './connection.ts';
import type { FieldList } from './field-list.ts';
import type { HeaderSection } from './header-assembly.ts';
import { Http2Error, NO_ERROR, PROTOCOL_ERROR } from './http2-error.ts';
import { type ResponseOwner, ResponseStream } from './response-stream.ts';
import { ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE } from './settings.ts';
import { streamWindowBytes } from './stream.ts';

/** What a connection asks of the pool it belongs to. */
export interface MultiplexedOwner {
  readonly wheel: TimerWheel;
  readonly encrypted: boolean;
  readonly responseHeaderTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Silence after which the server is asked whether it is there (0: never), and how long it may take to say so. */
  readonly silenceMs: number;
  readonly pingTimeoutMs: number;
  /** It takes no more requests. */
  left(connection: ServerConnection): void;
}

const headerBytesMax = 1_048_576;
const decoderTableBytes = 4096;
/** As much as a child offers. */
const encoderTableBytes = 65_536;
/** Before the server has said how many streams it takes. */
const streamsBefore = 100;
const streamIdMax = 0x7fffffff;
/** Where nobody has written how long a server may be silent: it is asked once if all of a sudden it says nothing. */
const probeMs = 10_000;
const pingPayload = new Uint8Array(8);

/** A connection to a server that carries many exchanges at once. */
export class ServerConnection extends Http2Connection<ResponseStream> implements ResponseOwner {
  readonly #owner: MultiplexedOwner;
  #nextStream = 1;
  #served = false;
  /** The newest stream when something was last heard. */
  #heardAt = 0;
  #pinged = false;
  #leaving = false;

  constructor(owner: MultiplexedOwner, reading: Reading) {
    const tables = { decoderTableBytes, encoderTableBytes };
    super({ reading, wheel: owner.wheel, headerBytesMax, awaitsPreface: false, ...tables }, [
      [ENABLE_PUSH, 0],
      [INITIAL_WINDOW_SIZE, streamWindowBytes],
      [MAX_HEADER_LIST_SIZE, headerBytesMax],
    ]);
    this.#owner = owner;
    this.start();
  }

  get encrypted(): boolean {
    return this.#owner.encrypted;
  }

  get responseHeaderTimeoutMs(): number {
    return this.#owner.responseHeaderTimeoutMs;
  }

  /** Exchanges under way. */
  get load(): number {
    return this.streams.size;
  }

  get full(): boolean {
    return this.streams.size >= Math.min(this.peer.concurrentStreamsMax, streamsBefore);
  }

  /** The server has said that its streams may become WebSockets. */
  get takesWebSockets(): boolean {
    return this.peer.connectProtocol;
  }

  send(sending: Sending): void {
    if (sending.exchange.aborted) return;
    const stream = new ResponseStream(this.#nextStream, this, sending);
    this.#nextStream += 2;
    this.streams.add(stream);
    if (this.#nextStream > streamIdMax) this.leave();
    const idle = this.deadline === 0 || this.streams.size === 1;
    if (idle && !this.#pinged) this.wheel.arm(this, this.#owner.silenceMs || probeMs);
    stream.begin();
  }

  /** No new exchanges; those under way go on. */
  leave(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#owner.left(this);
    this.streamsChanged();
  }

  explainLoss(): ProxyError {
    return networkError(this.failure instanceof Http2Error ? undefined : this.failure, true);
  }

  get served(): boolean {
    return this.#served;
  }

  silentSince(id: number): boolean {
    return id > this.#heardAt;
  }

  onDeadline(): void {
    if (this.linger()) return;
    if (this.streams.size === 0) return this.leave();
    if (this.#pinged)
      return this.destroy(new ProxyError('network-failure', 'The server does not answer a ping.'));
    this.#pinged = true;
    this.writer.ping(pingPayload, { ack: false });
    this.wheel.arm(this, this.#owner.pingTimeoutMs);
  }

  override heard(): void {
    this.#heardAt = this.#nextStream - 2;
    this.#pinged = false;
    if (this.streams.size > 0) this.wheel.arm(this, this.#owner.silenceMs);
  }

  protected override gone(): void {
    this.leave();
  }

  opened(): void {
    throw new Http2Error(PROTOCOL_ERROR, 'Servers open no streams.');
  }

  continued(stream: ResponseStream, { endStream }: HeaderSection, list: FieldList): void {
    this.#served = true;
    stream.section(list, endStream);
  }

  blame(text: string): ProxyError {
    return new ProxyError('malformed-response', `The server does not keep to HTTP/2: ${text}`);
  }

  streamsChanged(): void {
    if (this.streams.size > 0 || this.closing) return;
    if (this.#leaving) this.close(NO_ERROR);
    else this.wheel.arm(this, this.#owner.idleTimeoutMs);
  }

  pong(): void {}

  /** What the server has not begun with is sent elsewhere. */
  goneAway(lastStream: number): void {
    // Whoever has begun with one is no server that refuses everybody.
    if (lastStream > 0) this.#served = true;
    this.leave();
    for (const stream of this.streams.all()) if (stream.id > lastStream) stream.unseen();
  }

  isIdle(stream: number): boolean {
    return stream % 2 === 0 || stream >= this.#nextStream;
  }
}
