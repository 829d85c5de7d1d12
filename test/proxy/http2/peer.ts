/** The other side of an HTTP/2 connection, which writes and reads frames as a test wants them. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import * as frames from '../../../src/proxy/http2/frame.ts';
import { FrameReader } from '../../../src/proxy/http2/frame-reader.ts';
import { HpackDecoder } from '../../../src/proxy/http2/hpack/decoder.ts';
import { HpackEncoder } from '../../../src/proxy/http2/hpack/encoder.ts';

export interface SentFrame {
  readonly type: number;
  readonly flags?: number;
  readonly stream?: number;
  readonly payload?: Uint8Array;
}

export function frameBytes({ type, flags = 0, stream = 0, payload = Buffer.alloc(0) }: SentFrame): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

export interface SeenFrame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
  /** Of HEADERS. */
  readonly fields: Record<string, string>;
}

export const number = (value: number): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(value);
  return payload;
};

export class Peer {
  readonly socket: Socket;
  readonly seen: SeenFrame[] = [];
  /** How many pieces have arrived: what is written at once over loopback arrives at once. */
  reads = 0;
  closed = false;
  readonly #waiting: (() => void)[] = [];
  readonly #encoder = new HpackEncoder(4096);
  readonly #decoder = new HpackDecoder(4096);

  static async connect(port: number): Promise<Peer> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const peer = new Peer(socket);
    socket.write(frames.preface);
    peer.send({ type: frames.SETTINGS });
    return peer;
  }

  /** `awaitsPreface`: it is the server. */
  constructor(socket: Socket, { awaitsPreface = false } = {}) {
    this.socket = socket;
    const reader = new FrameReader({ frame: (frame) => this.#note(frame) }, { awaitsPreface });
    socket.on('data', (bytes) => {
      this.reads++;
      reader.push(bytes as Buffer);
      this.#wake();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  send(...sent: SentFrame[]): void {
    this.socket.write(Buffer.concat(sent.map(frameBytes)));
  }

  /** A request of these fields; its body is to follow unless `end`. */
  request(stream: number, fields: Record<string, string> = {}, end = true): SentFrame {
    const all = { ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'a.test', ...fields };
    return this.headers(stream, all, end);
  }

  headers(stream: number, fields: Record<string, string>, end = true): SentFrame {
    this.#encoder.begin();
    for (const [name, value] of Object.entries(fields)) {
      if (name.startsWith(':')) this.#encoder.pseudo(name, value);
      else this.#encoder.lines(`${name}: ${value}\r\n`);
    }
    const flags = frames.END_HEADERS | (end ? frames.END_STREAM : 0);
    const { bytes, at, end: blockEnd } = this.#encoder.end();
    return { type: frames.HEADERS, flags, stream, payload: Buffer.from(bytes.subarray(at, blockEnd)) };
  }

  data(stream: number, text: string, end = false): SentFrame {
    const flags = end ? frames.END_STREAM : 0;
    return { type: frames.DATA, flags, stream, payload: Buffer.from(text, 'latin1') };
  }

  /** The first frame that fits, as soon as it is there. */
  async until(fits: (frame: SeenFrame) => boolean): Promise<SeenFrame> {
    for (;;) {
      const found = this.seen.find(fits);
      if (found !== undefined) return found;
      if (this.closed) throw new Error('the connection was closed');
      await this.#more();
    }
  }

  /** Status and body of a stream that has ended. */
  async response(stream: number): Promise<{ status: string | undefined; body: string }> {
    await this.until((frame) => frame.stream === stream && isEnd(frame));
    const mine = this.seen.filter((frame) => frame.stream === stream);
    const status = mine.find(({ type }) => type === frames.HEADERS)?.fields[':status'];
    const body = Buffer.concat(mine.filter(({ type }) => type === frames.DATA).map(({ payload }) => payload));
    return { status, body: body.toString('latin1') };
  }

  async goAway(): Promise<number> {
    return (await this.until(({ type }) => type === frames.GOAWAY)).payload.readUInt32BE(4);
  }

  async untilClosed(): Promise<void> {
    while (!this.closed) await this.#more();
  }

  #note(frame: frames.Frame): void {
    const fields: Record<string, string> = {};
    if (frame.type === frames.HEADERS) {
      this.#decoder.decode(frame, {
        field: ({ name, value }) => {
          fields[name] = value;
        },
      });
    }
    const { type, flags, stream, payload } = frame;
    this.seen.push({ type, flags, stream, payload: Buffer.from(payload), fields });
    const asks = frame.type === frames.SETTINGS && (frame.flags & frames.ACK) === 0;
    if (asks) this.send({ type: frames.SETTINGS, flags: frames.ACK });
  }

  #more(): Promise<void> {
    return new Promise((done) => this.#waiting.push(done));
  }

  #wake(): void {
    for (const done of this.#waiting.splice(0)) done();
  }
}

function isEnd({ type, flags }: SeenFrame): boolean {
  const ends = (type === frames.DATA || type === frames.HEADERS) && (flags & frames.END_STREAM) !== 0;
  return ends || type === frames.RST_STREAM;
}
