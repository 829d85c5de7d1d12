import type { Body } from '../../model/exchange.ts';
import type { Headers } from '../../model/headers.ts';
import { DerivedBody } from '../derived-body.ts';

/** The first byte of a frame that holds trailers. */
const TRAILERS = 0x80;
const HEAD_BYTES = 5;

/** The answer to a call, with its trailers as the last frame; in base64 where the browser wants text. */
export class FramedBody extends DerivedBody {
  readonly length = undefined;
  readonly #inText: boolean;

  constructor(source: Body, { inText }: { inText: boolean }) {
    super(source);
    this.#inText = inText;
  }

  /** Each piece of text is whole by itself: what a message needs must not wait for the next one. */
  write(chunk: Uint8Array): boolean {
    const bytes = this.#inText ? Buffer.from(asBuffer(chunk).toString('base64')) : chunk;
    this.delivered += bytes.length;
    return this.sink?.write(bytes) ?? true;
  }

  end(trailers?: Headers): void {
    this.write(trailerFrame(trailers));
    this.sink?.end();
  }
}

function trailerFrame(trailers: Headers | undefined): Buffer {
  const lines = [...(trailers ?? [])].map(([name, value]) => `${name.toLowerCase()}: ${value}\r\n`);
  const text = Buffer.from(lines.join(''), 'latin1');
  const frame = Buffer.alloc(HEAD_BYTES + text.length);
  frame[0] = TRAILERS;
  frame.writeUInt32BE(text.length, 1);
  text.copy(frame, HEAD_BYTES);
  return frame;
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
