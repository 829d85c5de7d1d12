const smallBytes = 8192;
const largeBytes = 65_536;
const sparesMax = 32;
const spares: Buffer[] = [];

/**
 * The memory a connection to a server reads into. It is small until a body proves worth more, and changes
 * hands when a sink keeps what was read.
 */
export class ReadBuffer {
  #current: Buffer = Buffer.allocUnsafeSlow(smallBytes);
  #large = false;
  #kept = false;
  #lent: Buffer | undefined;

  /** A sink keeps the bytes of this read. */
  lend(): void {
    this.#kept = true;
  }

  /** It has let go of them. */
  takeBack(): void {
    if (this.#lent !== undefined) keepSpare(this.#lent);
    this.#lent = undefined;
  }

  /** More is to come: read in larger pieces; or nothing is for a while. */
  set large(large: boolean) {
    this.#large = large;
  }

  /** Where the next read goes. The socket asks after each. */
  readonly next = (): Buffer => {
    if (this.#kept) {
      this.#kept = false;
      this.#lent = this.#current;
      this.#current = largeBuffer();
    } else if (this.#large !== (this.#current.length === largeBytes)) {
      keepSpare(this.#current);
      this.#current = this.#large ? largeBuffer() : Buffer.allocUnsafeSlow(smallBytes);
    }
    return this.#current;
  };
}

function largeBuffer(): Buffer {
  return spares.pop() ?? Buffer.allocUnsafeSlow(largeBytes);
}

function keepSpare(buffer: Buffer): void {
  if (buffer.length === largeBytes && spares.length < sparesMax) spares.push(buffer);
}
