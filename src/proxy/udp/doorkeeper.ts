const periodMs = 2000;
const bitsMax = 4_194_304;

/**
 * Lets clients into a house that is full, for each of whom another one has to go. That costs a socket, and a flood of
 * forged addresses would have us do nothing else: of those who come for the first time a few get in at once, and the
 * others when they come again, which clients do and forged addresses do not. Whoever has come is remembered for two to
 * four seconds, by two bits among four million.
 */
export class Doorkeeper {
  readonly #now: () => number;
  readonly #strangersMax: number;
  readonly #max: number;
  #endMs = 0;
  #admitted = 0;
  #came: Uint32Array | undefined;
  #cameBefore: Uint32Array | undefined;

  /** `places` are those of the house. */
  constructor({ places, now }: { places: number; now(): number }) {
    this.#now = now;
    this.#strangersMax = Math.ceil(places / 8);
    this.#max = places;
  }

  admits(client: string): boolean {
    this.#turn();
    const [first, second] = bitsOf(client);
    const isKnown = [this.#came, this.#cameBefore].some(
      (bits) => bits && has(bits, first) && has(bits, second),
    );
    if (this.#admitted >= (isKnown ? this.#max : this.#strangersMax)) {
      this.#came ??= new Uint32Array(bitsMax / 32);
      set(this.#came, first);
      set(this.#came, second);
      return false;
    }
    this.#admitted += 1;
    return true;
  }

  #turn(): void {
    const now = this.#now();
    if (now < this.#endMs) return;
    this.#cameBefore = now < this.#endMs + periodMs ? this.#came : undefined;
    this.#came = undefined;
    this.#endMs = now + periodMs;
    this.#admitted = 0;
  }
}

/** FNV-1a, and half of it once more. */
function bitsOf(text: string): [number, number] {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  const other = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return [(hash ^ (hash >>> 16)) & (bitsMax - 1), (other ^ (other >>> 12)) & (bitsMax - 1)];
}

const has = (bits: Uint32Array, bit: number): boolean => ((bits[bit >>> 5]! >>> (bit & 31)) & 1) === 1;

function set(bits: Uint32Array, bit: number): void {
  bits[bit >>> 5]! |= 1 << (bit & 31);
}
