import type { FieldSink } from './hpack/decoder.ts';
import type { HeaderField } from './hpack/header-field.ts';

/** The fields of one header section, up to a limit; what goes beyond it is read and forgotten. */
export class FieldList implements FieldSink {
  /** Those beyond `length` are of earlier sections: to let go of them costs more than to write over them. */
  readonly #fields: HeaderField[] = [];
  #length = 0;
  #bytes = 0;
  #bytesMax = 0;

  /** It has had more than the limit. */
  get exceeded(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  get length(): number {
    return this.#length;
  }

  /** Below `length`. */
  at(index: number): HeaderField {
    return this.#fields[index]!;
  }

  begin(bytesMax: number): void {
    this.#length = 0;
    this.#bytes = 0;
    this.#bytesMax = bytesMax;
  }

  field(field: HeaderField): void {
    this.#bytes += field.size;
    if (!this.exceeded) this.#fields[this.#length++] = field;
  }
}
