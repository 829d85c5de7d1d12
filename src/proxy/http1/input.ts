import type { Framing } from './incoming-body.ts';
import { WholeBody } from './whole-body.ts';

/** What has come on a connection and is not used yet: `bytes` from `at` to `end`. */
export class Input {
  #bytes: Buffer | undefined;
  #at = 0;
  #end = 0;

  /** Undefined when there is nothing. */
  get bytes(): Buffer | undefined {
    return this.#bytes;
  }

  get at(): number {
    return this.#at;
  }

  get end(): number {
    return this.#end;
  }

  get size(): number {
    return this.#bytes === undefined ? 0 : this.#end - this.#at;
  }

  put(bytes: Buffer, at: number, end: number): void {
    this.#bytes = at < end ? bytes : undefined;
    this.#at = at;
    this.#end = end;
  }

  /** Behind what is left. */
  append(bytes: Buffer, end: number): void {
    const joined = Buffer.concat([this.#rest(), bytes.subarray(0, end)]);
    this.put(joined, 0, joined.length);
  }

  clear(): void {
    this.#bytes = undefined;
  }

  /** The memory is about to be used again: what is left of it moves. */
  leave(memory: Buffer): void {
    if (this.#bytes !== memory) return;
    const copy = Buffer.from(this.#rest());
    this.put(copy, 0, copy.length);
  }

  /** A body, if all of it is there already. */
  takeWhole(framing: Framing): WholeBody | undefined {
    if (this.#bytes === undefined || typeof framing !== 'number') return undefined;
    if (framing === 0 || framing > this.#end - this.#at) return undefined;
    const body = new WholeBody(this.#bytes, this.#at, framing);
    this.put(this.#bytes, this.#at + framing, this.#end);
    return body;
  }

  #rest(): Buffer {
    return this.#bytes!.subarray(this.#at, this.#end);
  }
}
