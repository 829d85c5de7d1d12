import type { FieldSink } from './hpack/decoder.ts';
import type { HeaderField } from './hpack/header-field.ts';

/** The fields of one header section, up to a limit; what goes beyond it is read and forgotten. */
export class FieldList implements FieldSink {
  readonly fields: HeaderField[] = [];
  #bytes = 0;
  #bytesMax = 0;

  /** It has had more than the limit. */
  get exceeded(): boolean {
    return this.#bytes > this.#bytesMax;
  }

  begin(bytesMax: number): void {
    this.fields.length = 0;
    this.#bytes = 0;
    this.#bytesMax = bytesMax;
  }

  field(field: HeaderField): void {
    this.#bytes += field.size;
    if (!this.exceeded) this.fields.push(field);
  }
}
