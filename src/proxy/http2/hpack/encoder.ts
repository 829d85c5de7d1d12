import { beginBlock, endBlock, writeIndexed, writeInteger, writeLiteral } from './block.ts';
import { DynamicTable, type Sized } from './dynamic-table.ts';
import { type NameRule, ruleOf } from './name-rule.ts';
import { staticFields } from './static-table.ts';

interface Remembered extends Sized {
  /** With CRLF. */
  readonly line: string;
  /** The how-manieth one it is. */
  readonly number: number;
  /** What stood behind it the last time: most likely it does so again. */
  next: Remembered | undefined;
}

/** A field that would push out much of the table is not remembered. */
const share = 4;
const overhead = 32;
/** Before anybody has said anything. */
const usualTableBytes = 4096;
const CR = '\r';
const COLON = ':';

/**
 * Writes the header blocks of a connection: `begin`, the pseudo-fields, the lines, `end`. A line that has
 * been sent before costs one byte, and where it follows the same line as then not even a look-up.
 */
export class HpackEncoder {
  readonly #table: DynamicTable<Remembered>;
  /** What we use of the table that the other side offers. */
  readonly #bytesMax: number;
  readonly #remembered = new Map<string, Remembered>();
  #added = 0;
  /** The sizes that the other side has not been told yet. */
  #smallest: number | undefined;
  /** Before the first line of a block. */
  readonly #start: Remembered = { line: '', number: -1, size: 0, next: undefined };
  #last = this.#start;
  #authority = '';
  #authorityField: Remembered | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#table = new DynamicTable(usualTableBytes, (field) => this.#forget(field));
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
    beginBlock();
    this.#last = this.#start;
    if (this.#smallest === undefined) return;
    if (this.#smallest < this.#table.bytesMax) writeInteger(0x20, 5, this.#smallest);
    writeInteger(0x20, 5, this.#table.bytesMax);
    this.#smallest = undefined;
  }

  status(status: number): void {
    const index = statusIndexes[status];
    if (index !== undefined) writeIndexed(index);
    else this.pseudo(':status', String(status));
  }

  /** Those of the static table cost a byte. */
  pseudo(name: string, value: string): void {
    const index = wholeIndexes.get(name)?.get(value);
    if (index !== undefined) writeIndexed(index);
    else if (name === ':authority') this.#writeAuthority(value);
    else if (name === ':path') writeLiteral(pathRule, value);
    else this.#field(ruleOf(name), { value, line: `${name}: ${value}\r\n` });
  }

  /** The length of a body, hardly ever the same twice. */
  contentLength(length: number): void {
    writeLiteral(ruleOf('content-length'), String(length));
  }

  /** Fields as HTTP/1.1 would send them, each ended by CRLF. */
  lines(text: string): void {
    for (let from = 0; from < text.length; ) {
      const guess = this.#last.next;
      if (guess !== undefined && this.#isThere(guess) && text.startsWith(guess.line, from)) {
        this.#indexed(guess);
        from += guess.line.length;
      } else {
        const end = text.indexOf(CR, from) + 2;
        this.#line(text.slice(from, end));
        from = end;
      }
    }
  }

  /** The block; to be used before the next one begins. */
  end(): Buffer {
    return endBlock();
  }

  #line(line: string): void {
    const known = this.#remembered.get(line);
    if (known !== undefined) return void this.#indexed(known);
    const colon = line.indexOf(COLON);
    const rule = ruleOf(line.slice(0, colon));
    if (rule.treatment !== 'dropped') this.#field(rule, { value: line.slice(colon + 1).trim(), line });
  }

  /** Most requests are for the same host as the one before. */
  #writeAuthority(value: string): void {
    const field = this.#authorityField;
    if (value === this.#authority && field !== undefined && this.#isThere(field)) {
      this.#indexed(field);
      return;
    }
    this.#authority = value;
    this.#authorityField = this.#field(ruleOf(':authority'), { value, line: `:authority: ${value}\r\n` });
  }

  #field(rule: NameRule, { value, line }: { value: string; line: string }): Remembered | undefined {
    const known = this.#remembered.get(line);
    if (known !== undefined) return this.#indexed(known);
    const size = rule.name.length + value.length + overhead;
    const large = size * share > this.#table.bytesMax;
    writeLiteral(large && rule.treatment === 'remembered' ? onlyOnce(rule) : rule, value);
    if (large || rule.treatment !== 'remembered') return undefined;
    const field: Remembered = { line, number: this.#added++, size, next: undefined };
    this.#remembered.set(line, field);
    this.#table.add(field);
    return this.#follow(field);
  }

  #indexed(field: Remembered): Remembered {
    writeIndexed(staticFields.length + this.#added - field.number);
    return this.#follow(field);
  }

  #follow(field: Remembered): Remembered {
    this.#last.next = field;
    return (this.#last = field);
  }

  #isThere(field: Remembered): boolean {
    return this.#added - field.number <= this.#table.count;
  }

  #forget(field: Remembered): void {
    this.#remembered.delete(field.line);
    // It must not hold others that are forgotten after it.
    field.next = undefined;
  }
}

function onlyOnce(rule: NameRule): NameRule {
  return { ...rule, treatment: 'once' };
}

const pathRule = onlyOnce(ruleOf(':path'));
/** The fields of the static table that have a value. */
const wholeIndexes = new Map<string, Map<string, number>>();
const statusIndexes: (number | undefined)[] = [];
for (const [index, { name, value }] of staticFields.entries()) {
  if (value === '') continue;
  const values = wholeIndexes.get(name) ?? new Map<string, number>();
  wholeIndexes.set(name, values.set(value, index + 1));
  if (name === ':status') statusIndexes[Number(value)] = index + 1;
}
