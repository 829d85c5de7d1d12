import type { Span } from '../frame.ts';
import { COMPRESSION_ERROR, Http2Error } from '../http2-error.ts';
import { DynamicTable } from './dynamic-table.ts';
import { HeaderField } from './header-field.ts';
import { decodeHuffman } from './huffman.ts';
import { staticFields } from './static-table.ts';

export interface FieldSink {
  field(field: HeaderField): void;
}

/** More than any header may have. */
const integerMax = 2 ** 28;

/** Reads the header blocks of a connection (RFC 7541), one after the other, each whole. */
export class HpackDecoder {
  readonly #table: DynamicTable<HeaderField>;
  /** What the other side may use, as we have told it. */
  readonly #bytesMax: number;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  constructor(tableBytesMax: number) {
    this.#bytesMax = tableBytesMax;
    this.#table = new DynamicTable(tableBytesMax);
  }

  /** Throws an `Http2Error` for the connection when the block cannot be read: the table is lost then. */
  decode({ bytes, at, end }: Span, sink: FieldSink): void {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
    let resizes = 0;
    while (this.#at < this.#end) {
      const byte = bytes[this.#at]!;
      if ((byte & 0xe0) === 0x20) {
        // A resize is told at the beginning of a block: the smallest size in between, and the last.
        if (++resizes > 2) throw broken('sizes of the table where none may stand');
        this.#resize();
      } else {
        resizes = 2;
        sink.field(byte >= 0x80 ? this.#indexed(this.#integer(7)) : this.#literal(byte));
      }
    }
  }

  #resize(): void {
    const size = this.#integer(5);
    if (size > this.#bytesMax) throw broken('a table larger than allowed');
    this.#table.resize(size);
  }

  #indexed(index: number): HeaderField {
    const field =
      index <= staticFields.length
        ? staticFields[index - 1]
        : this.#table.at(index - staticFields.length - 1);
    if (field === undefined) throw broken('an index that is not in the table');
    return field;
  }

  #literal(byte: number): HeaderField {
    const remembered = byte >= 0x40;
    const index = this.#integer(remembered ? 6 : 4);
    const name = index === 0 ? this.#text() : this.#indexed(index).name;
    const field = new HeaderField(name, this.#text());
    if (remembered) this.#table.add(field);
    return field;
  }

  #text(): string {
    const coded = (this.#byte() & 0x80) !== 0;
    const length = this.#integer(7);
    const from = this.#at;
    const to = from + length;
    if (to > this.#end) throw broken('a text that goes beyond the block');
    this.#at = to;
    if (!coded) return this.#bytes.latin1Slice(from, to);
    const text = decodeHuffman(this.#bytes, from, to);
    if (text === undefined) throw broken('a text that is not in the code');
    return text;
  }

  /** A number that begins in the lowest `bits` of a byte. */
  #integer(bits: number): number {
    const mask = (1 << bits) - 1;
    let value = this.#byte() & mask;
    this.#at++;
    if (value < mask) return value;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = this.#byte();
      this.#at++;
      value += (byte & 0x7f) * unit;
      if (value > integerMax || unit > integerMax) throw broken('a number too large');
      if (byte < 0x80) return value;
    }
  }

  #byte(): number {
    if (this.#at >= this.#end) throw broken('an end too early');
    return this.#bytes[this.#at]!;
  }
}

function broken(what: string): Http2Error {
  return new Http2Error(COMPRESSION_ERROR, `The header block has ${what}.`);
}
