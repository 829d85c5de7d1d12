import { ClosedStreams, type Ending } from './closed-streams.ts';
import { FLOW_CONTROL_ERROR, Http2Error, PROTOCOL_ERROR, STREAM_CLOSED } from './http2-error.ts';
import type { Http2Stream } from './stream.ts';

/** The streams of a connection, and what is still known of those that have ended. */
export class OpenStreams<Stream extends Http2Stream> {
  readonly #streams = new Map<number, Stream>();
  readonly #closed = new ClosedStreams();
  readonly #isIdle: (id: number) => boolean;

  /** `isIdle`: nobody has used the stream yet. */
  constructor(isIdle: (id: number) => boolean) {
    this.#isIdle = isIdle;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** As they are now, whatever becomes of them meanwhile. */
  all(): Stream[] {
    return [...this.#streams.values()];
  }

  add(stream: Stream): void {
    this.#streams.set(stream.id, stream);
  }

  get(id: number): Stream | undefined {
    return this.#streams.get(id);
  }

  /** The stream, or undefined when it is over; throws when there has never been one. */
  expect(id: number): Stream | undefined {
    const stream = this.#streams.get(id);
    if (stream === undefined && this.#isIdle(id)) {
      throw new Http2Error(PROTOCOL_ERROR, 'A frame for a stream that is not open.');
    }
    return stream;
  }

  close(id: number, ending: Ending): void {
    this.#streams.delete(id);
    this.#closed.add(id, ending);
  }

  /** We have ended it ourselves: what comes had been under way. */
  wasRefused(id: number): boolean {
    return this.#closed.get(id) === 'refused';
  }

  /** What is wrong with fields on a stream that is over. */
  usedUp(id: number): Http2Error {
    const recent = this.#closed.get(id) !== undefined;
    return new Http2Error(recent ? STREAM_CLOSED : PROTOCOL_ERROR, 'A stream is used twice.');
  }

  /** The other side has changed the window of all streams. */
  moveWindows(bytes: number): void {
    if (bytes === 0) return;
    for (const stream of this.#streams.values()) {
      if (!stream.moveWindow(bytes)) throw new Http2Error(FLOW_CONTROL_ERROR, 'A window too large.');
    }
  }
}
