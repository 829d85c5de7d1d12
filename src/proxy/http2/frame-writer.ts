import type { Socket } from 'node:net';
import { atEndOfTurn, type Gathering } from '../end-of-turn.ts';
import {
  ACK,
  CONTINUATION,
  DATA,
  END_HEADERS,
  END_STREAM,
  frameHeaderBytes,
  GOAWAY,
  HEADERS,
  PING,
  payloadBytesMax,
  RST_STREAM,
  SETTINGS,
  type Span,
  WINDOW_UPDATE,
} from './frame.ts';

const bufferBytes = 65_536;
const sparesMax = 32;
const spares: Buffer[] = [];
/** Up to here a loop copies faster than the call of something better. */
const loopBytesMax = 256;
/** What may wait to be sent before bodies are held back. */
const waitingBytesMax = 131_072;

/**
 * Writes frames to a socket. All of one turn of the event loop leave in one write, because a write costs more
 * than the frames in it: a system call, and with TLS a record.
 */
export class FrameWriter implements Gathering {
  readonly #socket: Socket;
  readonly #writable: () => void;
  #buffer: Buffer | undefined;
  #used = 0;
  #scheduled = false;
  #held = false;
  /** Where the last frame begins, if it is one with data and nothing has followed it. */
  #lastData = -1;
  #lastStream = 0;

  /** `writable` is called when there is room again after `full` was true. */
  constructor(socket: Socket, writable: () => void) {
    this.#socket = socket;
    this.#writable = writable;
    socket.on('drain', () => this.#maybeWritable());
  }

  /** Bytes that wait for the other side to read. */
  get waiting(): number {
    return this.#socket.writableLength + this.#used;
  }

  /** Bodies should wait. Whoever hears so is told when not any longer. */
  get full(): boolean {
    if (this.waiting < waitingBytesMax) return false;
    this.#held = true;
    return true;
  }

  /** Raw bytes, for the preface. */
  bytes(bytes: Buffer): void {
    const at = this.#reserve(bytes.length);
    bytes.copy(this.#buffer!, at);
  }

  /** A header block, in as many frames as it needs. */
  headers(stream: number, block: Span, { endStream }: { endStream: boolean }): void {
    let type = HEADERS;
    let flags = endStream ? END_STREAM : 0;
    let from = block.at;
    do {
      const to = Math.min(block.end, from + payloadBytesMax);
      if (to === block.end) flags |= END_HEADERS;
      const at = this.#frame(to - from, { type, flags, stream });
      this.#copy(at, block.bytes, from, to);
      type = CONTINUATION;
      flags = 0;
      from = to;
    } while (from < block.end);
  }

  /** One frame of at most `payloadBytesMax`. */
  data(stream: number, bytes: Uint8Array, from: number, to: number): void {
    const at = this.#frame(to - from, { type: DATA, flags: 0, stream });
    this.#copy(at, bytes, from, to);
    this.#lastData = at - frameHeaderBytes;
    this.#lastStream = stream;
  }

  /** The end of a stream: told with its last data if that has not left yet, else in a frame of its own. */
  endStream(stream: number): void {
    if (this.#lastData >= 0 && this.#lastStream === stream) this.#buffer![this.#lastData + 4] = END_STREAM;
    else this.#frame(0, { type: DATA, flags: END_STREAM, stream });
  }

  settings(settings: readonly (readonly [id: number, value: number])[]): void {
    let at = this.#frame(settings.length * 6, { type: SETTINGS, flags: 0, stream: 0 });
    for (const [id, value] of settings) {
      at = this.#buffer!.writeUInt16BE(id, at);
      at = this.#buffer!.writeUInt32BE(value, at);
    }
  }

  settingsAck(): void {
    this.#frame(0, { type: SETTINGS, flags: ACK, stream: 0 });
  }

  /** Eight bytes. */
  ping(payload: Uint8Array, { ack }: { ack: boolean }): void {
    const at = this.#frame(8, { type: PING, flags: ack ? ACK : 0, stream: 0 });
    this.#buffer!.set(payload, at);
  }

  goAway(lastStream: number, { code, text }: { code: number; text: string }): void {
    const at = this.#frame(8 + text.length, { type: GOAWAY, flags: 0, stream: 0 });
    this.#buffer!.writeUInt32BE(lastStream, at);
    this.#buffer!.writeUInt32BE(code, at + 4);
    this.#buffer!.latin1Write(text, at + 8);
  }

  windowUpdate(stream: number, increment: number): void {
    const at = this.#frame(4, { type: WINDOW_UPDATE, flags: 0, stream });
    this.#buffer!.writeUInt32BE(increment, at);
  }

  resetStream(stream: number, code: number): void {
    const at = this.#frame(4, { type: RST_STREAM, flags: 0, stream });
    this.#buffer!.writeUInt32BE(code, at);
  }

  /** Sends what there is now, instead of at the end of the turn. */
  flush(): void {
    const buffer = this.#buffer;
    const used = this.#used;
    this.#lastData = -1;
    if (buffer === undefined) return;
    this.#buffer = undefined;
    this.#used = 0;
    if (this.#socket.writable) this.#socket.write(buffer.subarray(0, used), () => keepSpare(buffer));
    this.#maybeWritable();
  }

  flushGathered(): void {
    this.#scheduled = false;
    this.flush();
  }

  #maybeWritable(): void {
    if (!this.#held || this.waiting >= waitingBytesMax / 2) return;
    this.#held = false;
    this.#writable();
  }

  /** Gives the offset of the payload. */
  #frame(length: number, { type, flags, stream }: { type: number; flags: number; stream: number }): number {
    const at = this.#reserve(frameHeaderBytes + length);
    const buffer = this.#buffer!;
    this.#lastData = -1;
    buffer[at] = length >> 16;
    buffer[at + 1] = length >> 8;
    buffer[at + 2] = length;
    buffer[at + 3] = type;
    buffer[at + 4] = flags;
    buffer.writeUInt32BE(stream, at + 5);
    return at + frameHeaderBytes;
  }

  #copy(at: number, bytes: Uint8Array, from: number, to: number): void {
    const buffer = this.#buffer!;
    if (to - from > loopBytesMax) buffer.set(bytes.subarray(from, to), at);
    else for (let index = from; index < to; index++) buffer[at + index - from] = bytes[index]!;
  }

  #reserve(bytes: number): number {
    if (this.#used + bytes > bufferBytes) this.flush();
    this.#buffer ??= spares.pop() ?? Buffer.allocUnsafeSlow(bufferBytes);
    const at = this.#used;
    this.#used += bytes;
    if (!this.#scheduled) {
      this.#scheduled = true;
      atEndOfTurn(this);
    }
    return at;
  }
}

function keepSpare(buffer: Buffer): void {
  if (spares.length < sparesMax) spares.push(buffer);
}
