import type { OnReadOpts } from 'node:net';
import type { ChunkMemory, Receive } from '../model/reading.ts';

const bytesPerRead = 65_536;
const sparesMax = 32;
const spares: Buffer[] = [];
/**
 * Where all connections of a thread read that have nothing much to say: what is in it must be used at
 * once.
 */
const common = Buffer.allocUnsafeSlow(bytesPerRead);

/** Each read brings its own memory. */
export const freshMemory: ChunkMemory = { stable: true, streaming: false, lend() {}, takeBack() {} };

/**
 * Memory chosen before each read: the common one, so that idle connections need none, or while a body streams
 * through one of its own, which changes hands when the sink is slow.
 */
export class ReadMemory implements ChunkMemory {
  streaming = false;
  #current: Buffer = common;
  /** The socket has read once, and keeps the memory it has. */
  #settled = false;
  #kept = false;
  #lent: Buffer | undefined;

  get stable(): boolean {
    return this.#current !== common;
  }

  lend(): void {
    this.#kept = this.stable;
  }

  takeBack(): void {
    if (this.#lent !== undefined) keepSpare(this.#lent);
    this.#lent = undefined;
  }

  /** How a socket is to read: `receive` gets the memory and where in it the bytes end. */
  onread(receive: Receive): OnReadOpts {
    return {
      // Given nothing, the socket goes on with what it has: handing it over once more costs more than a check.
      buffer: () => (this.#moves() || !this.#settled ? this.#current : nothing),
      callback: (length, bytes) => {
        this.#settled = true;
        receive(bytes as Buffer, length);
        return true;
      },
    };
  }

  /** Chooses where the next read goes; the socket asks after each. */
  #moves(): boolean {
    if (this.#kept) {
      this.#kept = false;
      this.#lent = this.#current;
      this.#current = ownMemory();
      return true;
    }
    if (this.streaming === this.stable) return false;
    if (this.stable) keepSpare(this.#current);
    this.#current = this.streaming ? ownMemory() : common;
    return true;
  }
}

/** What Node takes for "as before", though its type does not say so. */
const nothing = undefined as unknown as Uint8Array;

function ownMemory(): Buffer {
  return spares.pop() ?? Buffer.allocUnsafeSlow(bytesPerRead);
}

function keepSpare(buffer: Buffer): void {
  if (spares.length < sparesMax) spares.push(buffer);
}
