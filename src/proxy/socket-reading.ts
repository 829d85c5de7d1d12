import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { ChunkMemory, Reading, Receive } from '../model/reading.ts';
import { freshMemory, ReadMemory } from './read-memory.ts';

/** How a socket is read: into memory of ours, or into what Node allocates for each read. */
export class SocketReading implements Reading {
  readonly socket: Socket;
  readonly memory: ChunkMemory;
  #receive: Receive = (bytes, end) => this.putBack(Buffer.from(bytes.subarray(0, end)));
  #early: Buffer | undefined;

  private constructor(socket: Socket, memory: ChunkMemory) {
    this.socket = socket;
    this.memory = memory;
  }

  /** Node lets us say where to read only when a socket is made. */
  static making(make: (onread: OnReadOpts) => Socket): SocketReading {
    const memory = new ReadMemory();
    const onread = memory.onread((bytes, end) => reading.#receive(bytes, end));
    const reading: SocketReading = new SocketReading(make(onread), memory);
    return reading;
  }

  /** Of a connection that was accepted; allows half-open. */
  static ofHandle(handle: object): SocketReading {
    return SocketReading.making(
      (onread) => new Socket({ handle, allowHalfOpen: true, onread } as SocketConstructorOpts),
    );
  }

  /** Of a socket that exists: each read brings its own memory. A paused one stays paused. */
  static of(socket: Socket): SocketReading {
    const reading = new SocketReading(socket, freshMemory);
    reading.#early = socket.read() ?? undefined;
    socket.on('data', (chunk: Buffer) => reading.#receive(chunk, chunk.length));
    return reading;
  }

  take(receive: Receive): Buffer | undefined {
    this.#receive = receive;
    const early = this.#early;
    this.#early = undefined;
    return early;
  }

  /** For whoever takes it next. The bytes must stay as they are. */
  putBack(bytes: Buffer): void {
    this.#early = this.#early === undefined ? bytes : Buffer.concat([this.#early, bytes]);
  }
}
