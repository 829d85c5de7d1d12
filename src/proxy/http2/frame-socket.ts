import type { Socket } from 'node:net';
import type { ChunkMemory, Reading } from '../../model/reading.ts';
import { preface } from './frame.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import { FrameWriter } from './frame-writer.ts';

export interface FrameSocketOwner extends FrameSink {
  /** Something has come. */
  heard(): void;
  /** What has come cannot be what it should. */
  faulty(error: Error): void;
  /** Bodies may go on. */
  writable(): void;
  socketClosed(): void;
}

/** Answers to frames that may wait for a peer that sends and does not read. */
const answersBytesMax = 1_048_576;

/** A socket that carries frames. It is not read while the other side does not read what it has asked for. */
export class FrameSocket {
  readonly writer: FrameWriter;
  /** What became of it. */
  failure: Error | undefined;
  readonly #owner: FrameSocketOwner;
  readonly #socket: Socket;
  readonly #memory: ChunkMemory;
  readonly #reader: FrameReader;
  /** What had been read before. */
  #first: Buffer | undefined;
  #paused = false;
  #ended = false;

  /** `awaitsPreface`: the other side is a client. */
  constructor(
    owner: FrameSocketOwner,
    { reading, awaitsPreface }: { reading: Reading; awaitsPreface: boolean },
  ) {
    this.#owner = owner;
    this.#socket = reading.socket;
    this.#memory = reading.memory;
    this.#reader = new FrameReader(owner, { awaitsPreface });
    this.writer = new FrameWriter(this.#socket, () => this.#writable());
    if (!awaitsPreface) this.writer.bytes(preface);
    this.#socket.on('end', () => this.#socket.destroy());
    this.#socket.on('error', (error) => this.destroy(error));
    this.#socket.on('close', () => owner.socketClosed());
    this.#first = reading.take((bytes, end) => this.#receive(bytes.subarray(0, end)));
  }

  /** To be called when everything is there that frames will meet. */
  start(): void {
    const first = this.#first;
    this.#first = undefined;
    if (first !== undefined) this.#receive(first);
  }

  get stable(): boolean {
    return this.#memory.stable;
  }

  /** At once. */
  destroy(error?: Error): void {
    this.failure ??= error;
    this.#socket.destroy();
  }

  /** No more frames are wanted. */
  stop(): void {
    this.#ended = true;
    this.#reader.stop();
  }

  /** What has been written still reaches the other side, as long as that reads. */
  end(): void {
    this.stop();
    this.writer.flush();
    this.#socket.end();
    this.#pause(false);
  }

  #receive(chunk: Buffer): void {
    if (this.#ended) return;
    this.#owner.heard();
    try {
      this.#reader.push(chunk);
    } catch (error) {
      this.failure ??= error as Error;
      this.#owner.faulty(error as Error);
    }
    if (!this.#ended && this.writer.waiting > answersBytesMax && this.writer.full) this.#pause(true);
  }

  #writable(): void {
    this.#pause(false);
    this.#owner.writable();
  }

  #pause(pause: boolean): void {
    if (pause === this.#paused) return;
    this.#paused = pause;
    if (pause) this.#socket.pause();
    else this.#socket.resume();
  }
}
