import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/**
 * A socket without a network: what the proxy writes is kept, what a test pushes is read. It costs so little
 * that a million connections take minutes.
 */
export class Wire extends EventEmitter {
  /** Everything the proxy has written. */
  written = '';
  /** The proxy has ended its direction, or all of it. */
  ended = false;
  destroyed = false;
  writableLength = 0;
  /** Every write fills it, until the next turn. */
  readonly #slow: boolean;
  #waiting: Buffer[] = [];
  #endWaits = false;
  #paused = false;

  constructor({ slow = false } = {}) {
    super();
    this.#slow = slow;
  }

  get asSocket(): Socket {
    return this as unknown as Socket;
  }

  get writableEnded(): boolean {
    return this.ended;
  }

  get bytesWritten(): number {
    return this.written.length;
  }

  get writableNeedDrain(): boolean {
    return this.writableLength > 0;
  }

  /** What the other side sends. */
  push(text: string): void {
    this.#waiting.push(Buffer.from(text, 'latin1'));
    this.#deliver();
  }

  /** The other side sends no more. */
  pushEnd(): void {
    this.#endWaits = true;
    this.#deliver();
  }

  read(): null {
    return null;
  }

  write(content: string | Uint8Array, second?: unknown): boolean {
    if (this.ended || this.destroyed) return false;
    this.written += typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
    if (typeof second === 'function') process.nextTick(second);
    if (!this.#slow) return true;
    if (this.writableLength === 0) setImmediate(() => this.#drain());
    this.writableLength += content.length;
    return false;
  }

  end(): void {
    this.ended = true;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#waiting = [];
    process.nextTick(() => this.emit('close'));
  }

  resetAndDestroy(): void {
    this.destroy();
  }

  destroySoon(): void {
    this.end();
    this.destroy();
  }

  cork(): void {}

  uncork(): void {}

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    process.nextTick(() => this.#deliver());
  }

  #drain(): void {
    this.writableLength = 0;
    if (!this.destroyed) this.emit('drain');
  }

  #deliver(): void {
    while (!this.#paused && !this.destroyed) {
      const bytes = this.#waiting.shift();
      if (bytes === undefined) break;
      this.emit('data', bytes);
    }
    if (!this.#endWaits || this.#paused || this.destroyed || this.#waiting.length > 0) return;
    this.#endWaits = false;
    this.emit('end');
  }
}
