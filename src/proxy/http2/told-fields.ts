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

/** The fields by which a proxy tells of its client. Behind one of ours it is always all of them. */
export class ToldFields {
  /** All but `X-Forwarded-For`. */
  lines = '';
  forwardedFor = '';
  #seen = 0;

  clear(): void {
    this.lines = '';
    this.forwardedFor = '';
    this.#seen = 0;
  }

  add({ name, value, line }: HeaderField): void {
    const bit = bits[name] ?? 0;
    if (bit !== FORWARDED_FOR) this.lines += line;
    else {
      this.forwardedFor += line;
      // A list in several fields is to be made one.
      if ((this.#seen & FORWARDED_FOR) !== 0) this.#seen |= repeated;
    }
    if (value !== '') this.#seen |= bit;
  }

  /** Each is there, none is empty, and the list is one. */
  get complete(): boolean {
    return this.#seen === all;
  }
}
