import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ChunkMemory, Reading, Receive } from '../model/reading.ts';
import { freshMemory, ReadMemory } from './read-memory.ts';

/** Of a TLS socket, as far as we set it up anew. */
interface SecureHandle {
  onhandshakestart: () => void;
  onerror: (error: Error) => void;
}

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

  /**
   * Of a connection on which TLS has been agreed; allows half-open. It is read by another socket, into memory of
   * ours, which spares a fifth of a small request's whole cost. The one that agreed goes when that one does.
   */
  static ofSecure(secure: TLSSocket): SocketReading {
    const early: Buffer | null = secure.read();
    const { _handle: handle } = secure as unknown as { readonly _handle: SecureHandle | null };
    if (handle === null) return SocketReading.of(secure);
    const reading = SocketReading.ofHandle(handle);
    const { socket } = reading;
    // Whoever begins a second handshake means no good.
    handle.onhandshakestart = () => void socket.destroy();
    handle.onerror = (error) => void socket.destroy(error);
    if (early !== null) reading.putBack(early);
    return reading;
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
