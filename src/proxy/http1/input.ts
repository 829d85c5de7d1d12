import { HeadInput } from './head-input.ts';
import type { Framing } from './incoming-body.ts';
import { WholeBody } from './whole-body.ts';

/** What has come on a connection and is not used yet: `bytes` from `at` to `end`. */
export class Input {
  #bytes: Buffer | undefined;
  #at = 0;
  #end = 0;
  /** The beginning of a head. */
  #head: HeadInput | undefined;

  /** Undefined when there is nothing, or only the beginning of a head. */
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

  /** A head has begun and goes on. */
  get inHead(): boolean {
    return this.#head !== undefined;
  }

  /** Takes what was read; false while that is only more of a head. */
  receive(bytes: Buffer, end: number): boolean {
    if (this.#head !== undefined) {
      if (!this.#head.append(bytes.subarray(0, end))) return false;
      this.put(this.#head.bytes, 0, this.#head.bytes.length);
    } else if (this.#bytes === undefined) this.put(bytes, 0, end);
    else this.#append(bytes, end);
    return true;
  }

  put(bytes: Buffer, at: number, end: number): void {
    this.#bytes = at < end ? bytes : undefined;
    this.#at = at;
    this.#end = end;
  }

  /** A scan found no end of a head in these bytes, which were all: they wait for more. */
  keepHead(bytes: Buffer, bytesMax: number): void {
    this.#head ??= new HeadInput(bytes, bytesMax);
  }

  headEnded(): void {
    this.#head = undefined;
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

  /** Behind what is left. */
  #append(bytes: Buffer, end: number): void {
    const joined = Buffer.concat([this.#rest(), bytes.subarray(0, end)]);
    this.put(joined, 0, joined.length);
  }

  #rest(): Buffer {
    return this.#bytes!.subarray(this.#at, this.#end);
  }
}
