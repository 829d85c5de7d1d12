import type { Body, BodySink, ReplayableBody } from '../../model/exchange.ts';
import { bytesBody, deliver } from '../bodies.ts';

/** A body that came in one piece with its head: nothing is left to be waited for. */
export class WholeBody implements Body {
  readonly length: number;
  #memory: Buffer;
  #from: number;
  #sink: BodySink | undefined;
  /** Used up, or in memory of its own. */
  #safe = false;

  constructor(memory: Buffer, from: number, length: number) {
    this.length = length;
    this.#memory = memory;
    this.#from = from;
  }

  /** The memory is about to be used again. */
  keep(): void {
    if (this.#safe) return;
    this.#safe = true;
    this.#memory = Buffer.from(this.#view());
    this.#from = 0;
  }

  start(sink: BodySink): void {
    this.#safe = true;
    if (deliver(sink, this.#memory, this.#from, this.#from + this.length)) sink.end();
    else this.#sink = sink;
  }

  resume(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    sink?.end();
  }

  cancel(): void {
    this.#safe = true;
    this.#sink = undefined;
  }

  buffer(limitBytes: number): Promise<ReplayableBody | 'too-large'> {
    if (this.length > limitBytes) return Promise.resolve('too-large');
    this.keep();
    return Promise.resolve(bytesBody(this.#view()));
  }

  #view(): Buffer {
    return this.#memory.subarray(this.#from, this.#from + this.length);
  }
}
