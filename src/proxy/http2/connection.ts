import type { ProxyError } from '../../model/proxy-error.ts';
import type { Reading } from '../../model/reading.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import type { Ending } from './closed-streams.ts';
import { ConnectionCredit } from './connection-credit.ts';
import type { FieldList } from './field-list.ts';
import { FloodGuard } from './flood-guard.ts';
import type { Frame } from './frame.ts';
import { FrameSocket, type FrameSocketOwner } from './frame-socket.ts';
import type { FrameWriter } from './frame-writer.ts';
import type { HeaderSection } from './header-assembly.ts';
import { HpackEncoder } from './hpack/encoder.ts';
import { Http2Error, INTERNAL_ERROR } from './http2-error.ts';
import { type FramesOwner, IncomingFrames } from './incoming-frames.ts';
import { OpenStreams } from './open-streams.ts';
import { SendLane } from './send-lane.ts';
import { HEADER_TABLE_SIZE, initialPeerSettings, type PeerSettings } from './settings.ts';
import type { Http2Stream, StreamOwner } from './stream.ts';

export interface Http2ConnectionInit {
  readonly reading: Reading;
  readonly wheel: TimerWheel;
  readonly headerBytesMax: number;
  readonly decoderTableBytes: number;
  readonly encoderTableBytes: number;
  /** The other side is a client. */
  readonly awaitsPreface: boolean;
}

type Setting = readonly [id: number, value: number];

/** So long the other side may take to read our last words. */
const lingerMs = 2000;

/** An HTTP/2 connection, seen from either side: its parts, and how it begins and ends. */
export abstract class Http2Connection<Stream extends Http2Stream>
  implements FrameSocketOwner, FramesOwner<Stream>, StreamOwner, Timed
{
  deadline = 0;
  slot = 0;
  place = 0;
  readonly lane: SendLane;
  readonly encoder: HpackEncoder;
  readonly writer: FrameWriter;
  readonly wheel: TimerWheel;
  readonly streams = new OpenStreams<Stream>((id) => this.isIdle(id));
  readonly peer: PeerSettings = initialPeerSettings();
  readonly credit: ConnectionCredit;
  readonly flood: FloodGuard | undefined;
  /** The highest stream that the other side has opened. */
  protected lastStream = 0;
  readonly #socket: FrameSocket;
  readonly #incoming: IncomingFrames<Stream>;
  #closing = false;
  #closed = false;

  constructor(init: Http2ConnectionInit, settings: Setting[]) {
    const { wheel, awaitsPreface } = init;
    this.wheel = wheel;
    this.#incoming = new IncomingFrames(this, init);
    this.#socket = new FrameSocket(this, init);
    this.writer = this.#socket.writer;
    this.lane = new SendLane(this.writer);
    this.encoder = new HpackEncoder(init.encoderTableBytes);
    this.credit = new ConnectionCredit(this.writer, wheel.now);
    this.flood = awaitsPreface ? new FloodGuard(wheel.now) : undefined;
    this.writer.settings([...settings, [HEADER_TABLE_SIZE, init.decoderTableBytes]]);
    this.credit.open();
  }

  /** To be called when everything is there that frames will meet. */
  protected start(): void {
    this.#socket.start();
  }

  get closed(): boolean {
    return this.#closed;
  }

  get stable(): boolean {
    return this.#socket.stable;
  }

  get now(): number {
    return this.wheel.now;
  }

  get sendWindowBytes(): number {
    return this.peer.initialWindowBytes;
  }

  abstract onDeadline(): void;
  abstract opened(section: HeaderSection, list: FieldList): void;
  abstract continued(stream: Stream, section: HeaderSection, list: FieldList): void;
  abstract streamsChanged(): void;
  abstract pong(): void;
  abstract goneAway(lastStream: number): void;
  abstract isIdle(stream: number): boolean;
  abstract blame(text: string): ProxyError;
  /** Something has come. */
  heard(): void {}
  protected gone(): void {}

  protected get closing(): boolean {
    return this.#closing;
  }

  /** What became of the socket. */
  protected get failure(): Error | undefined {
    return this.#socket.failure;
  }

  frame(frame: Frame): void {
    this.#incoming.frame(frame);
  }

  writable(): void {
    this.lane.run();
  }

  released(bytes: number): void {
    if (!this.#closing) this.credit.release(bytes, this.now);
  }

  refused(id: number): void {
    this.streams.close(id, 'refused');
  }

  streamClosed(stream: Http2Stream, ending: Ending): void {
    this.streams.close(stream.id, ending);
    if (ending === 'complete') this.flood?.earn();
    this.streamsChanged();
  }

  /** At once; `error` tells those who wait why. */
  destroy(error?: Error): void {
    this.#socket.destroy(error);
  }

  /** Says why and ends the connection; what the other side has not read yet still reaches it. */
  protected close(code: number, text = ''): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#socket.stop();
    this.writer.goAway(this.lastStream, { code, text });
    for (const stream of this.streams.all()) stream.lost();
    this.#socket.end();
    this.wheel.arm(this, lingerMs);
  }

  protected linger(): boolean {
    if (this.#closing) this.#socket.destroy();
    return this.#closing;
  }

  faulty(error: Error): void {
    const known = error instanceof Http2Error;
    this.close(known ? error.code : INTERNAL_ERROR, known ? error.message : '');
  }

  socketClosed(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closing = true;
    this.#socket.stop();
    this.wheel.remove(this);
    for (const stream of this.streams.all()) stream.lost();
    this.gone();
  }
}
