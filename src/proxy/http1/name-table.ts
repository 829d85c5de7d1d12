import { LOWER } from './characters.ts';

interface Entry {
  readonly id: number;
  readonly codes: Uint8Array;
}

/** Recognises field names in raw bytes, without regard to case and without making a string. */
export class NameTable {
  readonly #byLength: (Entry[] | undefined)[] = [];

  /** Lower-case names; the position is the id. */
  constructor(names: readonly string[]) {
    names.forEach((name, id) => {
      const entries = (this.#byLength[name.length] ??= []);
      entries.push({ id, codes: Buffer.from(name) });
    });
  }

  /** The id of the name between `start` and `end`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const entries = this.#byLength[end - start];
    if (entries === undefined) return -1;
    for (const { id, codes } of entries) if (same(bytes, start, codes)) return id;
    return -1;
  }
}

function same(bytes: Uint8Array, start: number, codes: Uint8Array): boolean {
  for (let index = 0; index < codes.length; index++) {
    if (LOWER[bytes[start + index]!] !== codes[index]) return false;
  }
  return true;
}
