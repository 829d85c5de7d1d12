/** Node's own parser, in its strict mode and without the server or client around it. */
export interface Message {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly version: string;
  /** Names as they came; values without white space around them. */
  readonly fields: readonly (readonly [string, string])[];
  body: string;
  trailers: (readonly [string, string])[];
  complete: boolean;
}

type Callback = (...given: never[]) => unknown;
interface Parser {
  initialize(type: number, resource: object, headerBytesMax: number, lenient: number): void;
  execute(bytes: Buffer): number | Error;
  finish(): undefined | Error;
  close(): void;
  [callback: number]: Callback;
}
interface ParserClass {
  new (): Parser;
  readonly REQUEST: number;
  readonly RESPONSE: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}
const { HTTPParser, methods } = process.getBuiltinModule('_http_common') as unknown as {
  readonly HTTPParser: ParserClass;
  readonly methods: readonly string[];
};
const headerBytesMax = 1 << 20;
const readOn = 0;
const noBody = 1;

export interface LlhttpInit {
  /** Reads responses, to requests of these methods. */
  readonly answersTo?: readonly string[];
  /** Called for each message that is complete. */
  readonly onMessage?: (message: Message) => void;
}

/** Reads all messages of one direction of a connection. Nothing frees a parser but `close`. */
export class LlhttpReader implements Disposable {
  readonly messages: Message[] = [];
  /** Why it refuses to read on. */
  refusal: string | undefined;
  /** Where a 101 has ended HTTP, what followed. */
  tunnel: string | undefined;
  readonly #init: LlhttpInit;
  #parser: Parser;
  #fields: string[] = [];
  #url = '';
  #answered = 0;

  constructor(init: LlhttpInit = {}) {
    this.#init = init;
    this.#parser = this.#fresh();
  }

  /** The messages that came whole. */
  get whole(): readonly Message[] {
    return this.messages.filter(({ complete }) => complete);
  }

  read(text: string): this {
    let bytes = Buffer.from(text, 'latin1');
    while (bytes.length > 0 && this.refusal === undefined) {
      if (this.tunnel !== undefined) {
        this.tunnel += bytes.toString('latin1');
        break;
      }
      const read = this.#parser.execute(bytes);
      if (typeof read !== 'number') this.refusal = (read as Error & { reason: string }).reason;
      // It stops where the protocol could change; it does not, unless a response says so.
      else if (read < bytes.length) {
        this.#parser.close();
        this.#parser = this.#fresh();
      }
      if (this.messages.at(-1)?.status === 101) this.tunnel = '';
      bytes = bytes.subarray(typeof read === 'number' ? read : bytes.length);
    }
    return this;
  }

  /** The connection has ended. */
  end(): this {
    if (this.refusal !== undefined || this.tunnel !== undefined) return this;
    const error = this.#parser.finish();
    if (error !== undefined) this.refusal = (error as Error & { reason: string }).reason;
    return this;
  }

  [Symbol.dispose](): void {
    this.#parser.close();
  }

  #fresh(): Parser {
    const parser = new HTTPParser();
    const { answersTo } = this.#init;
    const type = answersTo === undefined ? HTTPParser.REQUEST : HTTPParser.RESPONSE;
    parser.initialize(type, {}, headerBytesMax, 0);
    parser[HTTPParser.kOnHeaders] = this.#onFields;
    parser[HTTPParser.kOnHeadersComplete] = this.#onHead;
    parser[HTTPParser.kOnBody] = (chunk: Buffer) => {
      this.messages.at(-1)!.body += chunk.toString('latin1');
    };
    parser[HTTPParser.kOnMessageComplete] = this.#onComplete;
    return parser;
  }

  /** Trailers, or what came before the rest of a head. */
  readonly #onFields = (fields: string[], url: string): void => {
    this.#fields.push(...fields);
    this.#url += url;
  };

  readonly #onHead = (
    ...[major, minor, fields, method, url, status]: [
      number,
      number,
      string[] | undefined,
      number,
      string | undefined,
      number,
    ]
  ): number => {
    const message: Message = {
      method: methods[method] ?? '',
      url: url ?? this.#url,
      status,
      version: `${major}.${minor}`,
      fields: pairs([...this.#fields, ...(fields ?? [])]),
      body: '',
      trailers: [],
      complete: false,
    };
    this.#fields = [];
    this.#url = '';
    this.messages.push(message);
    const { answersTo } = this.#init;
    if (answersTo === undefined || status === 101) return readOn;
    if (status < 200) return noBody;
    return answersTo[this.#answered++] === 'HEAD' ? noBody : readOn;
  };

  readonly #onComplete = (): void => {
    const message = this.messages.at(-1)!;
    message.trailers = pairs(this.#fields);
    this.#fields = [];
    this.#url = '';
    message.complete = true;
    this.#init.onMessage?.(message);
  };
}

function pairs(list: readonly string[]): (readonly [string, string])[] {
  return Array.from({ length: list.length / 2 }, (_, index) => [
    list[index * 2]!,
    list[index * 2 + 1]!.replace(/^[ \t]+|[ \t]+$/g, ''),
  ]);
}
