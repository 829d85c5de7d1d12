import type { FrameWriter } from './frame-writer.ts';
import { windowBytesMax } from './settings.ts';

/** A body that waits for its turn. */
export interface Waiting {
  /** 0 is the most urgent. */
  readonly urgency: number;
  /** Sends one frame; true when it could send another. */
  sendOne(): boolean;
}

/**
 * Where the bodies of a connection's streams leave it: bounded by the other side's window and by how fast
 * the socket takes them. The more urgent go first, those of the same urgency take turns.
 */
export class SendLane {
  readonly writer: FrameWriter;
  #window = 65_535;
  readonly #waiting = new Set<Waiting>();
  #running = false;

  constructor(writer: FrameWriter) {
    this.writer = writer;
  }

  get window(): number {
    return this.#window;
  }

  /** Somebody may send now. */
  get open(): boolean {
    return this.#window > 0 && !this.writer.full;
  }

  /** A body that comes now may send at once. */
  get free(): boolean {
    return this.#waiting.size === 0 && this.open;
  }

  use(bytes: number): void {
    this.#window -= bytes;
  }

  /** False: the window would be larger than there are numbers for. */
  widen(bytes: number): boolean {
    if (this.#window + bytes > windowBytesMax) return false;
    this.#window += bytes;
    this.run();
    return true;
  }

  wait(waiting: Waiting): void {
    this.#waiting.add(waiting);
  }

  leave(waiting: Waiting): void {
    this.#waiting.delete(waiting);
  }

  /** Lets those who wait send, as far as it goes. */
  run(): void {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#next(); next !== undefined && this.open; next = this.#next()) {
      this.#waiting.delete(next);
      if (next.sendOne()) this.#waiting.add(next);
    }
    this.#running = false;
  }

  #next(): Waiting | undefined {
    let first: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (first === undefined || waiting.urgency < first.urgency) first = waiting;
    }
    return first;
  }
}
