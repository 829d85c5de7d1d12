import type { HeaderField } from './hpack/header-field.ts';

const FORWARDED_FOR = 1;
const bits: Readonly<Record<string, number>> = {
  'x-forwarded-for': FORWARDED_FOR,
  'x-real-ip': 2,
  'x-forwarded-proto': 4,
  'x-forwarded-port': 8,
  'x-forwarded-host': 16,
};
const all = 31;
const repeated = 32;

/** Which of the fields have come that a proxy like this one sets: behind one of ours it is always all. */
export class ToldFields {
  #seen = 0;

  clear(): void {
    this.#seen = 0;
  }

  add({ name, value }: HeaderField): void {
    const bit = value === '' ? 0 : (bits[name] ?? 0);
    // A list in several fields is made one.
    if (bit === FORWARDED_FOR && (this.#seen & FORWARDED_FOR) !== 0) this.#seen |= repeated;
    this.#seen |= bit;
  }

  get complete(): boolean {
    return this.#seen === all;
  }
}
