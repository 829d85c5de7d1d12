import { type FieldKind, kindOf } from '../field-kind.ts';

/** What a field weighs in a table or a list beyond its letters (RFC 7541, 4.1). */
const overhead = 32;
const NUMBER = /^\d{1,15}$/;

/**
 * A field as it came. What it is and how it would look in HTTP/1.1 is found out once: a table keeps it with
 * the field, and most fields of a connection come again and again.
 */
export class HeaderField {
  readonly name: string;
  readonly value: string;
  readonly size: number;
  #kind: FieldKind | undefined;
  #line: string | undefined;
  #number: number | undefined;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
    this.size = name.length + value.length + overhead;
  }

  get kind(): FieldKind {
    return (this.#kind ??= kindOf(this.name, this.value));
  }

  get line(): string {
    return (this.#line ??= `${this.name}: ${this.value}\r\n`);
  }

  /** The value where it is digits and nothing else, no more than a number holds exactly; -1 for anything else. */
  get number(): number {
    return (this.#number ??= NUMBER.test(this.value) ? Number(this.value) : -1);
  }
}
