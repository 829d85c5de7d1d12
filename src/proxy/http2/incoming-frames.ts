import type { ProxyError } from '../../model/proxy-error.ts';
import { checkFrame, dependsOnItself, unpad } from './check-frame.ts';
import type { ConnectionCredit } from './connection-credit.ts';
import { FieldList } from './field-list.ts';
import type { FloodGuard } from './flood-guard.ts';
import type { Frame } from './frame.ts';
import * as frames from './frame.ts';
import type { FrameSink } from './frame-reader.ts';
import type { FrameWriter } from './frame-writer.ts';
import { HeaderAssembly, type HeaderSection } from './header-assembly.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import type { HpackEncoder } from './hpack/encoder.ts';
import * as codes from './http2-error.ts';
import { Http2Error } from './http2-error.ts';
import type { OpenStreams } from './open-streams.ts';
import { parsePriority } from './priority.ts';
import type { SendLane } from './send-lane.ts';
import { applySettings, type PeerSettings } from './settings.ts';
import type { Http2Stream } from './stream.ts';

/** The connection that frames come in on. */
export interface FramesOwner<Stream extends Http2Stream> {
  readonly now: number;
  readonly writer: FrameWriter;
  readonly lane: SendLane;
  readonly encoder: HpackEncoder;
  readonly credit: ConnectionCredit;
  readonly streams: OpenStreams<Stream>;
  readonly peer: PeerSettings;
  /** Against clients; servers are ours. */
  readonly flood: FloodGuard | undefined;
  /** A header section on a stream that is not there. */
  opened(section: HeaderSection, list: FieldList): void;
  /** A further section on one that is. */
  continued(stream: Stream, section: HeaderSection, list: FieldList): void;
  /** A stream has ended, or the other side has changed its settings. */
  streamsChanged(): void;
  /** Bytes have left the memory. */
  released(bytes: number): void;
  /** Whatever comes for the stream from now on was under way and is ignored. */
  refused(id: number): void;
  pong(): void;
  goneAway(lastStream: number): void;
  /** Whether nobody has used this stream yet. */
  isIdle(stream: number): boolean;
  /** What the exchange is told when its stream does not keep to the protocol. */
  blame(text: string): ProxyError;
}

/** What the section that is being read consists of; one for a thread. */
const list = new FieldList();

/** Takes the frames of one connection, each to where it belongs. */
export class IncomingFrames<Stream extends Http2Stream> implements FrameSink {
  readonly #owner: FramesOwner<Stream>;
  readonly #decoder: HpackDecoder;
  readonly #assembly: HeaderAssembly;
  readonly #headerBytesMax: number;
  #greeted = false;

  constructor(
    owner: FramesOwner<Stream>,
    { headerBytesMax, decoderTableBytes }: { headerBytesMax: number; decoderTableBytes: number },
  ) {
    this.#owner = owner;
    this.#headerBytesMax = headerBytesMax;
    this.#assembly = new HeaderAssembly(headerBytesMax);
    this.#decoder = new HpackDecoder(decoderTableBytes);
  }

  /** A fault of one stream ends that stream only; others end the connection, where the bytes came in. */
  frame(frame: Frame): void {
    try {
      this.#take(frame);
    } catch (error) {
      if (!(error instanceof Http2Error) || error.stream === 0) throw error;
      this.#resetFaulty(error);
    }
  }

  #take(frame: Frame): void {
    if (!this.#greeted && frame.type !== frames.SETTINGS) {
      throw protocolError('The first frame is no SETTINGS.');
    }
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
        return this.#owner.goneAway(frame.number(0) & 0x7fffffff);
      case frames.WINDOW_UPDATE:
        return this.#windowUpdate(frame);
      case frames.PRIORITY_UPDATE:
        return this.#priorityUpdate(frame);
    }
  }

  #data(frame: Frame): void {
    const { streams, credit, now } = this.#owner;
    const flowBytes = frame.length;
    unpad(frame);
    credit.receive(flowBytes);
    if (frame.length === 0 && (frame.flags & frames.END_STREAM) === 0) this.#spend();
    const stream = streams.expect(frame.stream);
    credit.hold(flowBytes, now);
    if (stream !== undefined) return stream.data(frame, flowBytes);
    this.#owner.released(flowBytes);
    if (!streams.wasRefused(frame.stream)) {
      throw new Http2Error(codes.STREAM_CLOSED, 'Data on a closed stream.', frame.stream);
    }
  }

  #headers(frame: Frame): void {
    const section = this.#assembly.add(frame);
    if (section === undefined) return;
    const { streams } = this.#owner;
    const stream = streams.get(section.stream);
    list.begin(this.#headerBytesMax);
    this.#decoder.decode(section, list);
    if (section.dependsOnItself) throw protocolError('A stream depends on itself.', section.stream);
    if (stream === undefined) {
      if (this.#owner.isIdle(section.stream)) this.#owner.opened(section, list);
      else if (!streams.wasRefused(section.stream)) throw streams.usedUp(section.stream);
    } else if (stream.remoteOver)
      throw new Http2Error(codes.STREAM_CLOSED, 'Fields after the end.', stream.id);
    else this.#owner.continued(stream, section, list);
  }

  #priority(frame: Frame): void {
    this.#spend();
    if (dependsOnItself(frame)) throw protocolError('A stream depends on itself.', frame.stream);
  }

  #resetStream(frame: Frame): void {
    const stream = this.#owner.streams.expect(frame.stream);
    this.#spend();
    stream?.resetByPeer(frame.number(0));
  }

  #settings({ flags, payload }: Frame): void {
    if ((flags & frames.ACK) !== 0) return;
    if (this.#greeted) this.#spend();
    this.#greeted = true;
    const { peer, encoder, writer, streams } = this.#owner;
    const before = peer.initialWindowBytes;
    applySettings(payload, peer);
    encoder.allow(peer.headerTableBytes);
    writer.settingsAck();
    streams.moveWindows(peer.initialWindowBytes - before);
    this.#owner.streamsChanged();
  }

  #ping({ flags, payload }: Frame): void {
    if ((flags & frames.ACK) !== 0) return this.#owner.pong();
    this.#spend();
    this.#owner.writer.ping(payload, { ack: true });
  }

  #windowUpdate(frame: Frame): void {
    const { stream: id } = frame;
    const bytes = frame.number(0) & 0x7fffffff;
    if (id === 0) {
      if (bytes === 0) throw protocolError('A window that grows by nothing.');
      if (this.#owner.lane.widen(bytes)) return;
      throw new Http2Error(codes.FLOW_CONTROL_ERROR, 'A window too large.');
    }
    const stream = this.#owner.streams.expect(id);
    if (bytes === 0) throw protocolError('A window that grows by nothing.', id);
    stream?.widen(bytes);
  }

  #priorityUpdate(frame: Frame): void {
    const { bytes, at, end } = frame;
    if (frame.stream !== 0 || frame.length < 4) {
      throw protocolError('A PRIORITY_UPDATE that cannot be read.');
    }
    this.#spend();
    const stream = this.#owner.streams.get(frame.number(0) & 0x7fffffff);
    if (stream !== undefined) stream.urgency = parsePriority(bytes.latin1Slice(at + 4, end)).urgency;
  }

  #resetFaulty({ stream: id, code, message }: Http2Error): void {
    this.#spend();
    const stream = this.#owner.streams.get(id);
    if (stream === undefined) {
      this.#owner.writer.resetStream(id, code);
      this.#owner.refused(id);
    } else stream.cut(code, this.#owner.blame(message));
  }

  #spend(): void {
    const { flood, now } = this.#owner;
    if (flood === undefined || flood.spend(now)) return;
    throw new Http2Error(codes.ENHANCE_YOUR_CALM, 'Too much that brings nobody anything.');
  }
}

function protocolError(text: string, stream = 0): Http2Error {
  return new Http2Error(codes.PROTOCOL_ERROR, text, stream);
}
