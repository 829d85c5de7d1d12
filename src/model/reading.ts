import type { Socket } from 'node:net';

/** Gets the memory and where in it the bytes end. They must be used at once where the memory is not stable. */
export type Receive = (bytes: Buffer, end: number) => void;

/** The memory that a connection's chunks stand in. */
export interface ChunkMemory {
  /** Chunks of this read stay as they are while they are lent; otherwise only until the callee returns. */
  readonly stable: boolean;
  /** A body of some length is under way. */
  streaming: boolean;
  /** A sink keeps the chunks of this read, until `takeBack`. */
  lend(): void;
  takeBack(): void;
}

/** A socket that is read, and may change hands meanwhile. */
export interface Reading {
  readonly socket: Socket;
  readonly memory: ChunkMemory;
  /** From now on `receive` gets what is read. Gives what was read before and is nobody's yet. */
  take(receive: Receive): Buffer | undefined;
}
