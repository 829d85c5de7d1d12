/**
 * The data of server-sent events, from bytes as they come. Events of a type of their own are for newer readers, and
 * passed over.
 */
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export interface EventReaderInit {
  /** What one event may hold. */
  readonly bytesMax: number;
  /** What is thrown above that. */
  readonly tooLarge: Error;
}

export class EventReader {
  readonly #init: EventReaderInit;
  /** Of the line that has not ended. */
  #pieces: Uint8Array[] = [];
  #data: string[] = [];
  #isOurs = true;
  #bytes = 0;

  constructor(init: EventReaderInit) {
    this.#init = init;
  }

  /** The data of the events that end in this chunk. */
  read(chunk: Uint8Array): string[] {
    const complete: string[] = [];
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      this.#hold(chunk.subarray(from, at));
      from = at + 1;
      const data = this.#endLine();
      if (data !== undefined) complete.push(data);
    }
    this.#hold(chunk.subarray(from));
    return complete;
  }

  #hold(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.#init.bytesMax) throw this.#init.tooLarge;
    if (piece.length > 0) this.#pieces.push(piece);
  }

  #endLine(): string | undefined {
    const line = Buffer.concat(this.#pieces);
    this.#pieces = [];
    const text = line.toString('utf8', 0, line.at(-1) === carriageReturn ? line.length - 1 : line.length);
    if (text === '') return this.#endEvent();
    if (!this.#takeField(text)) this.#bytes -= line.length;
    return undefined;
  }

  /** False for what need not be kept. */
  #takeField(line: string): boolean {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
    if (name === 'event') this.#isOurs = value === 'message';
    if (name !== 'data') return false;
    this.#data.push(value);
    return true;
  }

  #endEvent(): string | undefined {
    const data = this.#isOurs && this.#data.length > 0 ? this.#data.join('\n') : undefined;
    this.#data = [];
    this.#isOurs = true;
    this.#bytes = 0;
    return data;
  }
}
