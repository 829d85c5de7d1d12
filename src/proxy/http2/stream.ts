import type { Headers } from '../../model/headers.ts';
import type { ProxyError } from '../../model/proxy-error.ts';
import type { Ending } from './closed-streams.ts';
import type { FieldList } from './field-list.ts';
import { END_STREAM, type Frame } from './frame.ts';
import type { HpackEncoder } from './hpack/encoder.ts';
import { FLOW_CONTROL_ERROR, Http2Error, PROTOCOL_ERROR, STREAM_CLOSED } from './http2-error.ts';
import { OutgoingBody, type OutgoingOwner } from './outgoing-body.ts';
import { usualPriority } from './priority.ts';
import { readTrailers } from './read-trailers.ts';
import { ReceiveWindow } from './receive-window.ts';
import type { SendLane } from './send-lane.ts';
import { type IncomingOwner, StreamBody } from './stream-body.ts';

export const streamWindowBytes = 262_144;
const streamWindowBytesMax = 2_097_152;

/** What a stream asks of its connection. */
export interface StreamOwner {
  readonly lane: SendLane;
  readonly encoder: HpackEncoder;
  readonly stable: boolean;
  readonly now: number;
  /** What the other side allows a new stream. */
  readonly sendWindowBytes: number;
  /** Bytes have left the memory; see `ConnectionCredit`. */
  released(bytes: number): void;
  /** Both directions are over, or one side has reset it. */
  streamClosed(stream: Http2Stream, ending: Ending): void;
}

/** One stream, whoever opened it: a body in each direction, and the ends of both. */
export abstract class Http2Stream implements OutgoingOwner, IncomingOwner {
  readonly id: number;
  urgency = usualPriority.urgency;
  protected readonly owner: StreamOwner;
  protected incoming: StreamBody | undefined;
  /** Made when there is something to send. */
  #out: OutgoingBody | undefined;
  #window: ReceiveWindow | undefined;
  #remoteOver = false;
  #localOver = false;
  #closed = false;

  constructor(id: number, owner: StreamOwner) {
    this.id = id;
    this.owner = owner;
  }

  get lane(): SendLane {
    return this.owner.lane;
  }

  protected get out(): OutgoingBody {
    if (this.#out === undefined) {
      this.#out = new OutgoingBody(this, this.owner.sendWindowBytes);
      if (this.#closed) this.#out.stop();
    }
    return this.#out;
  }

  get stable(): boolean {
    return this.owner.stable;
  }

  /** The other side will send no more. */
  get remoteOver(): boolean {
    return this.#remoteOver;
  }

  get localOver(): boolean {
    return this.#localOver;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A DATA frame without its padding, which the window counts, too. */
  data(frame: Frame, flowBytes: number): void {
    if (this.#remoteOver) throw new Http2Error(STREAM_CLOSED, 'Data after its end.', this.id);
    const body = this.incoming;
    if (body === undefined) throw new Http2Error(PROTOCOL_ERROR, 'Data before the head.', this.id);
    const endStream = (frame.flags & END_STREAM) !== 0;
    // A body in one frame never needs the window moved.
    if (!endStream) this.#window ??= this.#newWindow();
    if (!(this.#window?.receive(flowBytes) ?? flowBytes <= streamWindowBytes)) {
      throw new Http2Error(FLOW_CONTROL_ERROR, 'More data than allowed.', this.id);
    }
    if (flowBytes > frame.length) this.bodyConsumed(flowBytes - frame.length, true);
    if (!body.take(frame)) throw new Http2Error(PROTOCOL_ERROR, 'A body longer than its length.', this.id);
    if (endStream) this.#endRemote(undefined);
  }

  /** Fields after the body. */
  trailers(fields: FieldList): void {
    this.#endRemote(readTrailers(fields, this.id));
  }

  /** The other side has changed the window of all streams. False: it is too large now. */
  moveWindow(bytes: number): boolean {
    return this.#out?.widen(bytes) ?? true;
  }

  /** WINDOW_UPDATE. */
  widen(bytes: number): void {
    if (!this.out.widen(bytes)) throw new Http2Error(FLOW_CONTROL_ERROR, 'A window too large.', this.id);
  }

  /** The other side has reset the stream. */
  resetByPeer(code: number): void {
    this.close('reset');
    this.broken(code);
  }

  /** Ends the stream at once and tells the other side. */
  reset(code: number): void {
    if (this.#closed) return;
    this.lane.writer.resetStream(this.id, code);
    this.close('refused');
  }

  /** Ends the stream at once and tells everybody. */
  cut(code: number, error: ProxyError): void {
    this.reset(code);
    this.broken(error);
  }

  /** The connection has gone. */
  lost(): void {
    this.close('reset');
    this.broken(undefined);
  }

  bodyWanted(): void {}
  bodyCancelled(): void {}

  bodyConsumed(bytes: number, wanted: boolean): void {
    this.owner.released(bytes);
    if (!wanted || this.#remoteOver || this.#closed) return;
    const increment = this.#window?.consume(bytes, this.owner.now) ?? 0;
    if (increment > 0) this.lane.writer.windowUpdate(this.id, increment);
  }

  bodySent(trailers: Headers | undefined): void {
    if (trailers === undefined || trailers.lines === '') this.lane.writer.endStream(this.id);
    else {
      this.owner.encoder.begin();
      this.owner.encoder.lines(trailers.lines);
      this.lane.writer.headers(this.id, this.owner.encoder.end(), { endStream: true });
    }
    this.endLocal();
  }

  abstract bodyBroken(error: ProxyError): void;
  /**
   * It was cut short: whoever works on it is told. By the code of a reset, by an error of the other side, or
   * because the connection has gone.
   */
  protected abstract broken(cause: number | ProxyError | undefined): void;
  /** The last byte of ours is written. */
  protected abstract localEnded(): void;
  protected abstract remoteEnded(): void;
  /** It is closed, in whatever way. */
  protected forgotten(): void {}

  /** The body that is to come; none when `endStream` was told with the head. */
  protected expect(length: number | undefined, endStream: boolean): StreamBody | undefined {
    if (endStream) {
      this.#remoteOver = true;
      return undefined;
    }
    this.incoming = new StreamBody(this, length);
    return this.incoming;
  }

  /** The last byte of the other side has come. */
  protected finishRemote(): void {
    this.remoteEnded();
    this.#maybeClose();
  }

  protected endLocal(): void {
    if (this.#localOver) return;
    this.#localOver = true;
    this.localEnded();
    this.#maybeClose();
  }

  protected close(ending: Ending): void {
    if (this.#closed) return;
    this.#closed = true;
    this.owner.streamClosed(this, ending);
    this.forgotten();
    this.#out?.stop();
  }

  #endRemote(trailers: Headers | undefined): void {
    this.#remoteOver = true;
    if (this.incoming?.finish(trailers) === false) {
      throw new Http2Error(PROTOCOL_ERROR, 'A body shorter than its length.', this.id);
    }
    this.finishRemote();
  }

  #maybeClose(): void {
    if (this.#localOver && this.#remoteOver) this.close('complete');
  }

  #newWindow(): ReceiveWindow {
    return new ReceiveWindow({
      bytes: streamWindowBytes,
      bytesMax: streamWindowBytesMax,
      now: this.owner.now,
    });
  }
}
