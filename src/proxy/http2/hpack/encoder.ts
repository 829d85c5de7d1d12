import type { LineSink, RecurringFields } from '../../../model/headers.ts';
import type { Span } from '../frame.ts';
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

/** What was written last of a field that each message has. */
class Latest {
  value = '';
  field: Remembered | undefined;
  readonly rule: NameRule;
  /** For a value that is not the one before. */
  readonly first: NameRule;

  constructor(rule: NameRule, first: NameRule) {
    this.rule = rule;
    this.first = first;
  }
}

interface KnownLine {
  readonly rule: NameRule;
  readonly value: string;
  readonly line: string;
  /** Where it stands in the table, if it still does. */
  field: Remembered | undefined;
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
export class HpackEncoder implements LineSink {
  readonly #table: DynamicTable<Remembered>;
  /** What we use of the table that the other side offers. */
  readonly #bytesMax: number;
  readonly #remembered = new Map<string, Remembered>();
  /** Taken apart when they were sent first. */
  readonly #recurring = new WeakMap<RecurringFields, KnownLine[]>();
  #added = 0;
  /** The sizes that the other side has not been told yet. */
  #smallest: number | undefined;
  /** Before the first line of a block. */
  readonly #start: Remembered = { line: '', number: -1, size: 0, next: undefined };
  #last = this.#start;
  readonly #authority = new Latest(authorityRule, authorityRule);
  readonly #path = new Latest(pathRule, onlyOnce(pathRule));
  readonly #length = new Latest(lengthRule, onlyOnce(lengthRule));

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
    if (name === ':path' && value !== '/') return this.#writeLatest(this.#path, value);
    if (name === ':authority') return this.#writeLatest(this.#authority, value);
    const index = wholeIndexes.get(name)?.get(value);
    if (index !== undefined) writeIndexed(index);
    else this.#field(ruleOf(name), { value, line: `${name}: ${value}\r\n` });
  }

  /** The length of a body. */
  contentLength(length: number): void {
    this.#writeLatest(this.#length, String(length));
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

  recurring(fields: RecurringFields): void {
    let known = this.#recurring.get(fields);
    if (known === undefined) this.#recurring.set(fields, (known = takenApart(fields.lines)));
    for (let index = 0; index < known.length; index++) {
      const line = known[index]!;
      if (line.field !== undefined && this.#isThere(line.field)) this.#writeIndexed(line.field);
      else line.field = this.#field(line.rule, line);
    }
  }

  /** The block; to be used before the next one begins. */
  end(): Span {
    return endBlock();
  }

  #line(line: string): void {
    const known = this.#remembered.get(line);
    if (known !== undefined) return void this.#indexed(known);
    const { rule, value } = readLine(line);
    if (rule.treatment !== 'dropped') this.#field(rule, { value, line });
  }

  /** Hardly anybody asks for another host; a path or a length is worth remembering when it comes twice in a row. */
  #writeLatest(latest: Latest, value: string): void {
    const again = value === latest.value;
    if (again && latest.field !== undefined && this.#isThere(latest.field)) {
      return this.#writeIndexed(latest.field);
    }
    const rule = again ? latest.rule : latest.first;
    const once = rule.treatment === 'once';
    if (once) writeLiteral(rule, value);
    latest.value = value;
    latest.field = once ? undefined : this.#field(rule, { value, line: `${rule.name}: ${value}\r\n` });
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
    this.#writeIndexed(field);
    return this.#follow(field);
  }

  #writeIndexed(field: Remembered): void {
    writeIndexed(staticFields.length + this.#added - field.number);
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

function readLine(line: string): { rule: NameRule; value: string } {
  const colon = line.indexOf(COLON);
  return { rule: ruleOf(line.slice(0, colon)), value: line.slice(colon + 1).trim() };
}

function takenApart(lines: string): KnownLine[] {
  const known: KnownLine[] = [];
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf(CR, from) + 2;
    const line = lines.slice(from, end);
    const { rule, value } = readLine(line);
    if (rule.treatment !== 'dropped') known.push({ rule, value, line, field: undefined });
    from = end;
  }
  return known;
}

function onlyOnce(rule: NameRule): NameRule {
  return { ...rule, treatment: 'once' };
}

const authorityRule = ruleOf(':authority');
const pathRule = ruleOf(':path');
const lengthRule: NameRule = { ...ruleOf('content-length'), treatment: 'remembered' };
/** The fields of the static table that have a value. */
const wholeIndexes = new Map<string, Map<string, number>>();
const statusIndexes: (number | undefined)[] = [];
for (const [index, { name, value }] of staticFields.entries()) {
  if (value === '') continue;
  const values = wholeIndexes.get(name) ?? new Map<string, number>();
  wholeIndexes.set(name, values.set(value, index + 1));
  if (name === ':status') statusIndexes[Number(value)] = index + 1;
}
