/** Server-sent events, from bytes as they come. Those of a type that nobody here knows are for newer readers. */
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export interface EventReaderInit {
  /** What one event may hold. */
  readonly bytesMax: number;
  /** What is thrown above that. */
  readonly tooLarge: Error;
}

export interface ServerEvent {
  /** `message`, if it does not say. */
  readonly type: string;
  readonly data: string;
}

export class EventReader {
  readonly #init: EventReaderInit;
  /** Of the line that has not ended. */
  #pieces: Uint8Array[] = [];
  #data: string[] = [];
  #type = '';
  #bytes = 0;

  constructor(init: EventReaderInit) {
    this.#init = init;
  }

  /** Those that end in this chunk. */
  read(chunk: Uint8Array): ServerEvent[] {
    const complete: ServerEvent[] = [];
    let from = 0;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, from)) {
      this.#hold(chunk.subarray(from, at));
      from = at + 1;
      const event = this.#endLine();
      if (event !== undefined) complete.push(event);
    }
    this.#hold(chunk.subarray(from));
    return complete;
  }

  #hold(piece: Uint8Array): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.#init.bytesMax) throw this.#init.tooLarge;
    if (piece.length > 0) this.#pieces.push(piece);
  }

  #endLine(): ServerEvent | undefined {
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
    if (name === 'event') this.#type = value;
    if (name !== 'data') return false;
    this.#data.push(value);
    return true;
  }

  #endEvent(): ServerEvent | undefined {
    const type = this.#type || 'message';
    const event = this.#data.length > 0 ? { type, data: this.#data.join('\n') } : undefined;
    this.#data = [];
    this.#type = '';
    this.#bytes = 0;
    return event;
  }
}
