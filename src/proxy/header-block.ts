import type { Headers, LineSink } from '../model/headers.ts';
import { findLine } from './find-line.ts';
import type { RecurringLines } from './recurring-lines.ts';

/** What must never stand in a value; characters beyond latin1 are sent as UTF-8 instead. */
const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/;
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/**
 * Header fields as one text, the way they stood on the wire. Additions are concatenated, other edits cut the
 * text: most messages pass without one, and then nothing is ever taken apart.
 */
export class HeaderBlock implements Headers {
  #lines: string;
  readonly #origin: RecurringLines | undefined;

  /** The lines have been checked: each is a name, a colon, a value without controls and CRLF. */
  constructor(lines: string | RecurringLines = '') {
    this.#origin = typeof lines === 'string' ? undefined : lines;
    this.#lines = typeof lines === 'string' ? lines : lines.lines;
  }

  get lines(): string {
    return this.#lines;
  }

  writeTo(sink: LineSink): void {
    const origin = this.#origin;
    if (origin?.lines === this.#lines) sink.recurring(origin);
    else sink.lines(this.#lines);
  }

  /** Makes the block what it was when `lines` were read from it. */
  restore(lines: string): void {
    this.#lines = lines;
  }

  get(name: string): string | undefined {
    const line = this.#find(name, 0);
    return line === -1 ? undefined : this.#value(line + name.length + 1);
  }

  getAll(name: string): string[] {
    const values: string[] = [];
    for (let line = this.#find(name, 0); line !== -1; line = this.#find(name, this.#after(line))) {
      values.push(this.#value(line + name.length + 1));
    }
    return values;
  }

  has(name: string): boolean {
    return this.#find(name, 0) !== -1;
  }

  set(name: string, value: string): void {
    const line = this.#find(name, 0);
    if (line === -1) return this.append(name, value);
    const rest = new HeaderBlock(this.#lines.slice(this.#after(line)));
    rest.delete(name);
    this.#lines = this.#lines.slice(0, line) + fieldLine(name, value) + rest.#lines;
  }

  append(name: string, value: string): void {
    this.#lines += fieldLine(name, value);
  }

  delete(name: string): void {
    let line = this.#find(name, 0);
    while (line !== -1) {
      this.#lines = this.#lines.slice(0, line) + this.#lines.slice(this.#after(line));
      line = this.#find(name, line);
    }
  }

  *[Symbol.iterator](): Iterator<readonly [string, string]> {
    const lines = this.#lines;
    for (let line = 0; line < lines.length; ) {
      const colon = lines.indexOf(':', line);
      const end = lines.indexOf('\r', colon);
      yield [lines.slice(line, colon), lines.slice(colon + 1, end).trim()];
      line = end + 2;
    }
  }

  #find(name: string, from: number): number {
    const origin = this.#origin;
    if (from === 0 && origin?.lines === this.#lines) return origin.find(name);
    return findLine(this.#lines, name, from);
  }

  #after(line: number): number {
    return this.#lines.indexOf('\n', line) + 1;
  }

  #value(start: number): string {
    return this.#lines.slice(start, this.#lines.indexOf('\r', start)).trim();
  }
}

/** A field that can be sent safely, whatever the value is made of. */
export function fieldLine(name: string, value: string): string {
  if (!UNSAFE.test(value)) return `${name}: ${value}\r\n`;
  if (CONTROL.test(value)) throw new Error(`The value of the header ${name} contains a control character.`);
  return `${name}: ${Buffer.from(value, 'utf8').toString('latin1')}\r\n`;
}
