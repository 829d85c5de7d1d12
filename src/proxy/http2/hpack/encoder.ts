import { DynamicTable, type Sized } from './dynamic-table.ts';
import { encodeHuffman, huffmanLength } from './huffman.ts';
import { type NameRule, ruleOf } from './name-rule.ts';
import { staticFields } from './static-table.ts';

interface Remembered extends Sized {
  readonly line: string;
  /** The how-manieth one it is. */
  readonly number: number;
}

/** A field that would push out much of the table is not remembered. */
const share = 4;
const overhead = 32;
/** Before anybody has said anything. */
const usualTableBytes = 4096;
const stepBits = { remembered: 6, once: 4, secret: 4, dropped: 4 } as const;
const stepMark = { remembered: 0x40, once: 0x00, secret: 0x10, dropped: 0x00 } as const;
const COLON = ':';

/** Blocks are made one at a time in a thread: all connections write here first. */
let block = Buffer.allocUnsafe(8192);
let at = 0;

/**
 * Writes the header blocks of a connection: `begin`, the pseudo-fields, the lines, `end`. A line that has
 * been sent before costs a look-up and one byte.
 */
export class HpackEncoder {
  readonly #table: DynamicTable<Remembered>;
  /** What we use of the table that the other side offers. */
  readonly #bytesMax: number;
  readonly #numbers = new Map<string, number>();
  #added = 0;
  /** The sizes that the other side has not been told yet. */
  #smallest: number | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#table = new DynamicTable(usualTableBytes, ({ line }) => this.#numbers.delete(line));
    this.allow(usualTableBytes);
  }

  /** The other side has said how much it remembers. */
  allow(bytesMax: number): void {
    const bytes = Math.min(bytesMax, this.#bytesMax);
    if (bytes === this.#table.bytesMax) return;
    this.#table.resize(bytes);
    this.#smallest = Math.min(bytes, this.#smallest ?? bytes);
  }

  begin(): void {
    at = 0;
    if (this.#smallest === undefined) return;
    if (this.#smallest < this.#table.bytesMax) integer(0x20, 5, this.#smallest);
    integer(0x20, 5, this.#table.bytesMax);
    this.#smallest = undefined;
  }

  status(status: number): void {
    const index = statusIndexes[status];
    if (index !== undefined) integer(0x80, 7, index);
    else this.pseudo(':status', String(status));
  }

  /** A pseudo-field; those of the static table cost a byte. */
  pseudo(name: string, value: string): void {
    const index = wholeIndexes.get(`${name}${value}`);
    if (index !== undefined) return integer(0x80, 7, index);
    if (name === ':path') literal({ ...ruleOf(name), treatment: 'once' }, value);
    else this.#field(ruleOf(name), { value, line: `${name}: ${value}` });
  }

  /** Fields as HTTP/1.1 would send them, each ended by CRLF. */
  lines(text: string): void {
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\r', from);
      const line = text.slice(from, end);
      from = end + 2;
      const number = this.#numbers.get(line);
      if (number !== undefined) this.#indexed(number);
      else this.#newLine(line);
    }
  }

  /** The block; to be used before the next one begins. */
  end(): Buffer {
    return block.subarray(0, at);
  }

  #newLine(line: string): void {
    const colon = line.indexOf(COLON);
    const rule = ruleOf(line.slice(0, colon));
    if (rule.treatment !== 'dropped') this.#field(rule, { value: line.slice(colon + 1).trim(), line });
  }

  #field(rule: NameRule, { value, line }: { value: string; line: string }): void {
    const number = this.#numbers.get(line);
    if (number !== undefined) return this.#indexed(number);
    const size = rule.name.length + value.length + overhead;
    const remembered = rule.treatment === 'remembered' && size * share <= this.#table.bytesMax;
    if (!remembered)
      return literal(rule.treatment === 'remembered' ? { ...rule, treatment: 'once' } : rule, value);
    literal(rule, value);
    this.#numbers.set(line, this.#added);
    this.#table.add({ line, number: this.#added++, size });
  }

  #indexed(number: number): void {
    integer(0x80, 7, staticFields.length + this.#added - number);
  }
}

/** The fields of the static table that have a value, by name and value. */
const wholeIndexes = new Map(
  staticFields.flatMap(({ name, value }, index) =>
    value === '' ? [] : [[name + value, index + 1] as const],
  ),
);
const statusIndexes: (number | undefined)[] = [];
for (const [index, { name, value }] of staticFields.entries()) {
  if (name === ':status') statusIndexes[Number(value)] = index + 1;
}

function literal({ name, index, treatment }: NameRule, value: string): void {
  integer(stepMark[treatment], stepBits[treatment], index);
  const coded = treatment === 'remembered';
  if (index === 0) text(name, coded);
  text(value, coded);
}

/** The shorter code is worth its price only for what is written once and then remembered. */
function text(value: string, coded: boolean): void {
  const length = coded ? huffmanLength(value) : value.length;
  reserve(value.length + 8);
  if (length < value.length) {
    integer(0x80, 7, length);
    at = encodeHuffman(value, block, at);
  } else {
    integer(0, 7, value.length);
    at += block.latin1Write(value, at);
  }
}

function integer(mark: number, bits: number, value: number): void {
  reserve(8);
  const mask = (1 << bits) - 1;
  if (value < mask) {
    block[at++] = mark | value;
    return;
  }
  block[at++] = mark | mask;
  let rest = value - mask;
  for (; rest >= 0x80; rest >>>= 7) block[at++] = (rest & 0x7f) | 0x80;
  block[at++] = rest;
}

function reserve(bytes: number): void {
  if (at + bytes <= block.length) return;
  const larger = Buffer.allocUnsafe((at + bytes) * 2);
  larger.set(block.subarray(0, at));
  block = larger;
}

declare global {
  interface Buffer {
    /** As `write(text, offset, 'latin1')` without the search for the encoding. */
    latin1Write(text: string, offset: number): number;
  }
}
