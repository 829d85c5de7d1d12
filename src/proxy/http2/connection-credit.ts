import type { FrameWriter } from './frame-writer.ts';
import { FLOW_CONTROL_ERROR, Http2Error } from './http2-error.ts';
import { ReceiveWindow } from './receive-window.ts';

export const connectionWindowBytes = 1_048_576;
const connectionWindowBytesMax = 4_194_304;
/** What may wait here for slow receivers before the other side is held up as a whole. */
const heldBytesMax = 4_194_304;
const usualWindowBytes = 65_535;

/**
 * The window of a whole connection. Bytes are given back as soon as they have come, so that one slow stream
 * does not stop the others, unless too much waits in memory.
 */
export class ConnectionCredit {
  readonly #writer: Pick<FrameWriter, 'windowUpdate'>;
  readonly #window: ReceiveWindow;
  #held = 0;
  #owed = 0;

  constructor(writer: Pick<FrameWriter, 'windowUpdate'>, now: number) {
    this.#writer = writer;
    this.#window = new ReceiveWindow({
      bytes: connectionWindowBytes,
      bytesMax: connectionWindowBytesMax,
      now,
    });
  }

  /** To be called when the settings are told: the first window is the same for everybody. */
  open(): void {
    this.#writer.windowUpdate(0, connectionWindowBytes - usualWindowBytes);
  }

  /** Throws an `Http2Error` when it is more than was allowed. */
  receive(bytes: number): void {
    if (this.#window.receive(bytes)) return;
    throw new Http2Error(FLOW_CONTROL_ERROR, 'More data than the connection was allowed.');
  }

  /** To be called with what has been received: it waits for its receiver. */
  hold(bytes: number, now: number): void {
    this.#held += bytes;
    if (this.#held > heldBytesMax) this.#owed += bytes;
    else this.#allow(bytes, now);
  }

  /** It waits no longer. */
  release(bytes: number, now: number): void {
    this.#held -= bytes;
    if (this.#owed === 0 || this.#held > heldBytesMax) return;
    const owed = this.#owed;
    this.#owed = 0;
    this.#allow(owed, now);
  }

  #allow(bytes: number, now: number): void {
    const increment = this.#window.consume(bytes, now);
    if (increment > 0) this.#writer.windowUpdate(0, increment);
  }
}
