import { HeaderBlock } from '../header-block.ts';
import { COLON, CR, LF, SPACE, TAB, TOKEN, UNDERSCORE, VALUE } from './characters.ts';
import { NameTable } from './name-table.ts';

/** Results of a scan that are not an offset. */
export const INCOMPLETE = -1;
export const MALFORMED = -2;

const lengthDigitsMax = 15;

/**
 * Goes once over the fields of a head, byte by byte: checks every character, notes where the known fields
 * stand and which lines are to be left out. One scanner serves all messages of a thread; what it found is
 * valid until the next scan.
 */
export class FieldScanner {
  /** How often each known field came. */
  readonly counts: Int32Array;
  /** Where the value of the last one stands. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  /** Some name has an underscore. */
  underscored = false;
  readonly names: readonly string[];
  readonly #table: NameTable;
  /** Beginning and end of each run of lines to be left out, in order. */
  readonly #cuts: number[] = [];
  /** How many of these numbers are of this scan: emptying the array would cost more than all lines. */
  #cutting = 0;
  /** The memory that was scanned last. */
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #first = 0;
  #last = 0;

  /** The names to look out for, in lower case; the position is the id. */
  constructor(names: readonly string[]) {
    this.names = names;
    this.#table = new NameTable(names);
    this.counts = new Int32Array(names.length);
    this.#starts = new Int32Array(names.length);
    this.#ends = new Int32Array(names.length);
  }

  /**
   * Scans from the first field to the empty line; `cut` tells by id which known fields are left out of
   * `lines`. Gives the offset behind the empty line.
   */
  scan(bytes: Uint8Array, from: number, end: number, cut: Uint8Array): number {
    for (let id = 0; id < this.counts.length; id++) this.counts[id] = 0;
    this.#cutting = 0;
    this.#watch(bytes);
    this.underscored = false;
    this.#first = from;
    let at = from;
    while (at < end && bytes[at] !== CR) {
      at = this.#scanLine(bytes, at, end, cut);
      if (at < 0) return at;
    }
    if (at + 1 >= end) return INCOMPLETE;
    this.#last = at;
    return bytes[at + 1] === LF ? at + 2 : MALFORMED;
  }

  /** The value of a known field that came; of the last one if it came several times. */
  value(bytes: Buffer, id: number): string {
    return bytes.latin1Slice(this.#starts[id]!, this.#ends[id]!);
  }

  /** Whether the value is this and nothing else; readers disagree on white space behind it. */
  isExactly(bytes: Buffer, id: number, value: NameTable): boolean {
    return bytes[this.#ends[id]!] === CR && this.findValue(bytes, id, value) === 0;
  }

  /** Whether the value is, to the byte, the one that is known already. */
  isSame(bytes: Buffer, id: number, known: Uint8Array): boolean {
    const start = this.#starts[id]!;
    if (this.#ends[id]! - start !== known.length) return false;
    for (let index = 0; index < known.length; index++) {
      if (bytes[start + index] !== known[index]) return false;
    }
    return true;
  }

  /** Which of the table's names the value is, or -1. */
  findValue(bytes: Buffer, id: number, table: NameTable): number {
    return table.find(bytes, this.#starts[id]!, this.#ends[id]!);
  }

  /** The value as digits only, no more than a number holds exactly; undefined for anything else. */
  bodyLength(bytes: Buffer, id: number): number | undefined {
    const start = this.#starts[id]!;
    const end = this.#ends[id]!;
    if (start === end || end - start > lengthDigitsMax || bytes[end] !== CR) return undefined;
    let length = 0;
    for (let at = start; at < end; at++) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return undefined;
      length = length * 10 + digit;
    }
    return length;
  }

  /** All its values as one list. */
  values(bytes: Buffer, id: number): string {
    if (this.counts[id] === 1) return this.value(bytes, id);
    return new HeaderBlock(bytes.latin1Slice(this.#first, this.#last)).getAll(this.names[id]!).join(', ');
  }

  /** All lines but those that were cut. */
  lines(bytes: Buffer): string {
    const cuts = this.#cuts;
    let lines = '';
    let kept = this.#first;
    for (let index = 0; index < this.#cutting; index += 2) {
      if (cuts[index]! > kept) lines += bytes.latin1Slice(kept, cuts[index]!);
      kept = cuts[index + 1]!;
    }
    return kept < this.#last ? lines + bytes.latin1Slice(kept, this.#last) : lines;
  }

  #scanLine(bytes: Uint8Array, line: number, end: number, cut: Uint8Array): number {
    let at = line;
    let underscored = this.underscored;
    while (at < end && TOKEN[bytes[at]!] === 1) {
      if (bytes[at] === UNDERSCORE) underscored = true;
      at++;
    }
    this.underscored = underscored;
    if (at === end) return INCOMPLETE;
    if (at === line || bytes[at] !== COLON) return MALFORMED;
    const colon = at++;
    at = this.#skipValue(bytes, at, end);
    if (at < end && bytes[at] !== CR) return MALFORMED;
    if (at + 1 >= end) return INCOMPLETE;
    if (bytes[at + 1] !== LF) return MALFORMED;
    const id = this.#table.find(bytes, line, colon);
    if (id !== -1) {
      this.#note(bytes, id, colon + 1, at);
      if (cut[id] === 1) this.#cut(line, at + 2);
    }
    return at + 2;
  }

  #cut(from: number, to: number): void {
    const cuts = this.#cuts;
    if (this.#cutting > 0 && cuts[this.#cutting - 1] === from) cuts[this.#cutting - 1] = to;
    else {
      cuts[this.#cutting++] = from;
      cuts[this.#cutting++] = to;
    }
  }

  /** Four bytes at a time while none is a control character, which is what ends nearly every value. */
  #skipValue(bytes: Uint8Array, from: number, end: number): number {
    const view = this.#view;
    let at = from;
    while (at + 4 <= end && !hasControl(view.getUint32(at))) at += 4;
    while (at < end && VALUE[bytes[at]!] === 1) at++;
    return at;
  }

  #watch(bytes: Uint8Array): void {
    if (this.#bytes === bytes) return;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #note(bytes: Uint8Array, id: number, from: number, to: number): void {
    let start = from;
    let end = to;
    while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start++;
    while (end > start && (bytes[end - 1] === SPACE || bytes[end - 1] === TAB)) end--;
    this.counts[id]!++;
    this.#starts[id] = start;
    this.#ends[id] = end;
  }
}

/** Whether one of four bytes is below a space or DEL: each is tested in its own eight bits. */
function hasControl(word: number): boolean {
  const delete4 = word ^ 0x7f7f7f7f;
  return ((((word - 0x20202020) & ~word) | ((delete4 - 0x01010101) & ~delete4)) & 0x80808080) !== 0;
}
