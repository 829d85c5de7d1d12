import type { ProxyError } from '../../model/proxy-error.ts';
import type { Reading } from '../../model/reading.ts';
import type { Timed, TimerWheel } from '../timer-wheel.ts';
import { checkFrame, dependsOnItself, unpadded } from './check-frame.ts';
import type { Ending } from './closed-streams.ts';
import { ConnectionCredit } from './connection-credit.ts';
import { FieldList } from './field-list.ts';
import { FloodGuard } from './flood-guard.ts';
import type { Frame } from './frame.ts';
import * as frames from './frame.ts';
import { FrameSocket, type FrameSocketOwner } from './frame-socket.ts';
import type { FrameWriter } from './frame-writer.ts';
import { HeaderAssembly, type HeaderSection } from './header-assembly.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { HpackEncoder } from './hpack/encoder.ts';
import * as codes from './http2-error.ts';
import { Http2Error } from './http2-error.ts';
import { OpenStreams } from './open-streams.ts';
import { parsePriority } from './priority.ts';
import { SendLane } from './send-lane.ts';
import { applySettings, HEADER_TABLE_SIZE, initialPeerSettings, type PeerSettings } from './settings.ts';
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
/** What the section that is being read consists of; one for a thread. */
const list = new FieldList();

/** An HTTP/2 connection, seen from either side: frames in, frames out, and the streams between. */
export abstract class Http2Connection<Stream extends Http2Stream>
  implements FrameSocketOwner, StreamOwner, Timed
{
  deadline = 0;
  slot = 0;
  place = 0;
  readonly lane: SendLane;
  readonly encoder: HpackEncoder;
  protected readonly writer: FrameWriter;
  readonly wheel: TimerWheel;
  protected readonly streams = new OpenStreams<Stream>((id) => this.isIdle(id));
  protected readonly peer: PeerSettings = initialPeerSettings();
  /** The highest stream that the other side has opened. */
  protected lastStream = 0;
  readonly #socket: FrameSocket;
  readonly #decoder: HpackDecoder;
  readonly #assembly: HeaderAssembly;
  readonly #headerBytesMax: number;
  readonly #credit: ConnectionCredit;
  /** Against clients; servers are ours. */
  readonly #flood: FloodGuard | undefined;
  #greeted = false;
  #closing = false;
  #closed = false;

  constructor(init: Http2ConnectionInit, settings: Setting[]) {
    const { wheel, headerBytesMax, awaitsPreface } = init;
    this.wheel = wheel;
    this.#socket = new FrameSocket(this, init);
    this.writer = this.#socket.writer;
    this.lane = new SendLane(this.writer);
    this.encoder = new HpackEncoder(init.encoderTableBytes);
    this.#decoder = new HpackDecoder(init.decoderTableBytes);
    this.#assembly = new HeaderAssembly(headerBytesMax);
    this.#headerBytesMax = headerBytesMax;
    this.#credit = new ConnectionCredit(this.writer, wheel.now);
    this.#flood = awaitsPreface ? new FloodGuard(wheel.now) : undefined;
    this.writer.settings([...settings, [HEADER_TABLE_SIZE, init.decoderTableBytes]]);
    this.#credit.open();
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

  /** At once; `error` tells those who wait why. */
  destroy(error?: Error): void {
    this.#socket.destroy(error);
  }

  released(bytes: number): void {
    if (!this.#closing) this.#credit.release(bytes, this.now);
  }

  streamClosed(stream: Http2Stream, ending: Ending): void {
    this.streams.close(stream.id, ending);
    if (ending === 'complete') this.#flood?.earn();
    this.streamsChanged();
  }

  abstract onDeadline(): void;
  /** A header section on a stream that is not there. */
  protected abstract opened(section: HeaderSection, list: FieldList): void;
  /** A further section on one that is. */
  protected abstract continued(stream: Stream, section: HeaderSection, list: FieldList): void;
  /** A stream has ended, or the other side has changed its settings. */
  protected abstract streamsChanged(): void;
  /** Something has come. */
  heard(): void {}
  protected gone(): void {}
  /** What the exchange is told when its stream does not keep to the protocol. */
  protected abstract blame(text: string): ProxyError;
  protected abstract pong(): void;
  protected abstract goneAway(lastStream: number): void;

  /** Whether nobody has used this stream yet. */
  protected abstract isIdle(stream: number): boolean;

  protected get closing(): boolean {
    return this.#closing;
  }

  /** What became of the socket. */
  protected get failure(): Error | undefined {
    return this.#socket.failure;
  }

  /** A fault of one stream ends that stream only; others end the connection, where the bytes came in. */
  frame(frame: Frame): void {
    try {
      this.#dispatch(frame);
    } catch (error) {
      if (!(error instanceof Http2Error) || error.stream === 0) throw error;
      this.#resetFaulty(error);
    }
  }

  #dispatch(frame: Frame): void {
    if (!this.#greeted && frame.type !== frames.SETTINGS)
      throw protocolError('The first frame is no SETTINGS.');
    this.#assembly.guard(frame);
    checkFrame(frame);
    switch (frame.type) {
      case frames.DATA:
        return this.#data(frame);
      case frames.HEADERS:
      case frames.CONTINUATION:
        return this.#headers(frame);
      case frames.PRIORITY:
        return this.#priority(frame);
      case frames.RST_STREAM:
        return this.#resetStream(frame);
      case frames.SETTINGS:
        return this.#settings(frame);
      case frames.PUSH_PROMISE:
        throw protocolError('Nobody has asked for pushes.');
      case frames.PING:
        return this.#ping(frame);
      case frames.GOAWAY:
        return this.goneAway(frame.payload.readUInt32BE(0) & 0x7fffffff);
      case frames.WINDOW_UPDATE:
        return this.#windowUpdate(frame);
      case frames.PRIORITY_UPDATE:
        return this.#priorityUpdate(frame);
    }
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
    this.close(known ? error.code : codes.INTERNAL_ERROR, known ? error.message : '');
  }

  writable(): void {
    this.lane.run();
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

  #data(frame: Frame): void {
    const flowBytes = frame.payload.length;
    const chunk = unpadded(frame);
    const endStream = (frame.flags & frames.END_STREAM) !== 0;
    this.#credit.receive(flowBytes);
    if (chunk.length === 0 && !endStream) this.#spend();
    const stream = this.streams.expect(frame.stream);
    this.#credit.hold(flowBytes, this.now);
    if (stream !== undefined) return stream.data(chunk, { flowBytes, endStream });
    this.released(flowBytes);
    if (!this.streams.wasRefused(frame.stream)) {
      throw new Http2Error(codes.STREAM_CLOSED, 'Data on a closed stream.', frame.stream);
    }
  }

  #headers(frame: Frame): void {
    const section = this.#assembly.add(frame);
    if (section === undefined) return;
    const stream = this.streams.get(section.stream);
    list.begin(this.#headerBytesMax);
    this.#decoder.decode(section.block, list);
    if (section.dependsOnItself) throw protocolError('A stream depends on itself.', section.stream);
    if (stream === undefined) {
      if (this.isIdle(section.stream)) this.opened(section, list);
      else if (!this.streams.wasRefused(section.stream)) throw this.streams.usedUp(section.stream);
    } else if (stream.remoteOver)
      throw new Http2Error(codes.STREAM_CLOSED, 'Fields after the end.', stream.id);
    else this.continued(stream, section, list);
  }

  #priority({ stream, payload }: Frame): void {
    this.#spend();
    if (dependsOnItself(payload, stream)) throw protocolError('A stream depends on itself.', stream);
  }

  #resetStream({ stream: id, payload }: Frame): void {
    const stream = this.streams.expect(id);
    this.#spend();
    stream?.resetByPeer(payload.readUInt32BE(0));
  }

  #settings({ flags, payload }: Frame): void {
    if ((flags & frames.ACK) !== 0) return;
    if (this.#greeted) this.#spend();
    this.#greeted = true;
    const before = this.peer.initialWindowBytes;
    applySettings(payload, this.peer);
    this.encoder.allow(this.peer.headerTableBytes);
    this.writer.settingsAck();
    this.streams.moveWindows(this.peer.initialWindowBytes - before);
    this.streamsChanged();
  }

  #ping({ flags, payload }: Frame): void {
    if ((flags & frames.ACK) !== 0) return this.pong();
    this.#spend();
    this.writer.ping(payload, { ack: true });
  }

  #windowUpdate({ stream: id, payload }: Frame): void {
    const bytes = payload.readUInt32BE(0) & 0x7fffffff;
    if (id === 0) {
      if (bytes === 0) throw protocolError('A window that grows by nothing.');
      if (!this.lane.widen(bytes)) throw new Http2Error(codes.FLOW_CONTROL_ERROR, 'A window too large.');
      return;
    }
    const stream = this.streams.expect(id);
    if (bytes === 0) throw protocolError('A window that grows by nothing.', id);
    stream?.widen(bytes);
  }

  #priorityUpdate({ stream: on, payload }: Frame): void {
    if (on !== 0 || payload.length < 4) throw protocolError('A PRIORITY_UPDATE that cannot be read.');
    this.#spend();
    const stream = this.streams.get(payload.readUInt32BE(0) & 0x7fffffff);
    if (stream !== undefined) stream.urgency = parsePriority(payload.latin1Slice(4, payload.length)).urgency;
  }

  #resetFaulty(error: Http2Error): void {
    const { stream: id, code } = error;
    this.#spend();
    const stream = this.streams.get(id);
    if (stream === undefined) {
      this.writer.resetStream(id, code);
      this.refused(id);
    } else stream.cut(code, this.blame(error.message));
  }

  /** Whatever comes for the stream from now on was under way and is ignored. */
  protected refused(id: number): void {
    this.streams.close(id, 'refused');
  }

  #spend(): void {
    if (this.#flood === undefined || this.#flood.spend(this.now)) return;
    throw new Http2Error(codes.ENHANCE_YOUR_CALM, 'Too much that brings nobody anything.');
  }
}

function protocolError(text: string, stream = 0): Http2Error {
  return new Http2Error(codes.PROTOCOL_ERROR, text, stream);
}
