import type { HeaderField } from './hpack/header-field.ts';

const FORWARDED_FOR = 1;
const bits = new Map([
  ['x-forwarded-for', FORWARDED_FOR],
  ['x-real-ip', 2],
  ['x-forwarded-proto', 4],
  ['x-forwarded-port', 8],
  ['x-forwarded-host', 16],
]);
const all = 31;
const repeated = 32;

/** The fields by which a proxy tells of its client. Behind one of ours it is always all of them. */
export class ToldFields {
  /** The value of `X-Forwarded-For`, and its lines. */
  forwardedFor = '';
  lines = '';
  #seen = 0;

  clear(): void {
    this.forwardedFor = '';
    this.lines = '';
    this.#seen = 0;
  }

  /** Tells whether it is `X-Forwarded-For`, which is kept here. */
  add({ name, value, line }: HeaderField): boolean {
    const bit = bits.get(name) ?? 0;
    const isList = bit === FORWARDED_FOR;
    if (isList) {
      this.forwardedFor = value;
      this.lines += line;
      // A list in several fields is to be made one.
      if ((this.#seen & FORWARDED_FOR) !== 0) this.#seen |= repeated;
    }
    if (value !== '') this.#seen |= bit;
    return isList;
  }

  /** Each is there, none is empty, and the list is one. */
  get complete(): boolean {
    return this.#seen === all;
  }
}
