import { ClosedStreams, type Ending } from './closed-streams.ts';
import { FLOW_CONTROL_ERROR, Http2Error, PROTOCOL_ERROR, STREAM_CLOSED } from './http2-error.ts';
import type { Http2Stream } from './stream.ts';

/** A power of two. */
const placesMax = 128;

/**
 * The streams of a connection, and what is still known of those that have ended. Most come and go in order: each has a
 * place by its number, until another one needs that. A map alone would be made anew with every wave of streams.
 */
export class OpenStreams<Stream extends Http2Stream> {
  readonly #places: (Stream | undefined)[] = [];
  /** Those that others have outrun. */
  readonly #old = new Map<number, Stream>();
  readonly #closed = new ClosedStreams();
  readonly #isIdle: (id: number) => boolean;
  #size = 0;

  /** `isIdle`: nobody has used the stream yet. */
  constructor(isIdle: (id: number) => boolean) {
    this.#isIdle = isIdle;
  }

  get size(): number {
    return this.#size;
  }

  /** As they are now, whatever becomes of them meanwhile. */
  all(): Stream[] {
    return [...this.#old.values(), ...this.#places.filter((stream) => stream !== undefined)];
  }

  add(stream: Stream): void {
    const place = placeOf(stream.id);
    while (this.#places.length <= place) this.#places.push(undefined);
    const older = this.#places[place];
    if (older !== undefined) this.#old.set(older.id, older);
    this.#places[place] = stream;
    this.#size++;
  }

  get(id: number): Stream | undefined {
    const stream = this.#places[placeOf(id)];
    return stream?.id === id ? stream : this.#old.get(id);
  }

  /** The stream, or undefined when it is over; throws when there has never been one. */
  expect(id: number): Stream | undefined {
    const stream = this.get(id);
    if (stream === undefined && this.#isIdle(id)) {
      throw new Http2Error(PROTOCOL_ERROR, 'A frame for a stream that is not open.');
    }
    return stream;
  }

  close(id: number, ending: Ending): void {
    const place = placeOf(id);
    if (this.#places[place]?.id === id) {
      this.#places[place] = undefined;
      this.#size--;
    } else if (this.#old.delete(id)) this.#size--;
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
    for (const stream of this.all()) {
      if (!stream.moveWindow(bytes)) throw new Http2Error(FLOW_CONTROL_ERROR, 'A window too large.');
    }
  }
}

/** Each side opens every second number. */
function placeOf(id: number): number {
  return (id >> 1) & (placesMax - 1);
}
