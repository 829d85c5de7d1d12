/** What a field weighs without a letter. */
const fieldBytesMin = 32;

export interface Sized {
  readonly size: number;
}

/** The fields that both sides remember, the newest first (RFC 7541, 2.3.2). */
export class DynamicTable<Field extends Sized> {
  /** A ring; `#newest` is where the last one was put. */
  #ring: (Field | undefined)[] = [];
  #newest = -1;
  #count = 0;
  #bytes = 0;
  #bytesMax: number;
  readonly #evicted: ((field: Field) => void) | undefined;

  constructor(bytesMax: number, evicted?: (field: Field) => void) {
    this.#bytesMax = bytesMax;
    this.#evicted = evicted;
  }

  get bytesMax(): number {
    return this.#bytesMax;
  }

  get count(): number {
    return this.#count;
  }

  /** 0 is the newest. */
  at(index: number): Field | undefined {
    if (index >= this.#count) return undefined;
    const { length } = this.#ring;
    return this.#ring[(this.#newest - index + length) % length];
  }

  /** A field larger than the whole table only empties it. */
  add(field: Field): void {
    this.#shrinkTo(this.#bytesMax - field.size);
    if (field.size > this.#bytesMax) return;
    if (this.#count === this.#ring.length) this.#grow();
    this.#newest = (this.#newest + 1) % this.#ring.length;
    this.#ring[this.#newest] = field;
    this.#count++;
    this.#bytes += field.size;
  }

  resize(bytesMax: number): void {
    this.#bytesMax = bytesMax;
    this.#shrinkTo(bytesMax);
  }

  #shrinkTo(bytes: number): void {
    const { length } = this.#ring;
    while (this.#count > 0 && this.#bytes > bytes) {
      const oldest = (this.#newest - this.#count + 1 + length) % length;
      const field = this.#ring[oldest]!;
      this.#ring[oldest] = undefined;
      this.#count--;
      this.#bytes -= field.size;
      this.#evicted?.(field);
    }
  }

  #grow(): void {
    const fields = Array.from({ length: this.#count }, (_, index) => this.at(this.#count - 1 - index));
    const room = Math.min(Math.max(16, this.#count * 2), Math.ceil(this.#bytesMax / fieldBytesMin));
    this.#ring = [...fields, ...Array.from({ length: Math.max(1, room - this.#count) }, () => undefined)];
    this.#newest = this.#count - 1;
  }
}
