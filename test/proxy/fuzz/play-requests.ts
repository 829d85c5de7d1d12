import { Play } from './connections.ts';
import { LlhttpReader, type Message } from './llhttp.ts';
import { untilQuiet, turn } from './turns.ts';
import type { Wire } from './wire.ts';

/** What no test sends: whether a reader takes it for a request shows where the last one ended. */
const probe = '/probe';

/** What became of a client's bytes. */
export interface RequestOutcome {
  /** Requests that reached the server whole, in order. */
  readonly seen: readonly Message[];
  /** The one that did not, if any. */
  readonly unfinished: Message | undefined;
  /** What is wrong with the bytes that reached the server. */
  readonly fault: string | undefined;
  /** Methods of all that the proxy has taken for a request. */
  readonly taken: readonly string[];
  /** What went to servers, connection by connection. */
  readonly sent: readonly { readonly bytes: string; readonly messages: readonly Message[] }[];
  /** All that the client was told. */
  readonly told: string;
  /** The proxy has closed the connection. */
  readonly closed: boolean;
}

/** Has the proxy read the pieces and a server behind it answer whatever arrives. */
export async function playRequests(
  pieces: readonly string[],
  { slow = false } = {},
): Promise<RequestOutcome> {
  using play = new Play({ slow });
  const seen: Message[] = [];
  using held = new DisposableStack();
  const servers = new Map<Wire, AnsweringServer>();
  const step = (): boolean => {
    let busy = false;
    for (const wire of play.servers) {
      let server = servers.get(wire);
      if (server === undefined) servers.set(wire, (server = held.use(new AnsweringServer(wire, seen))));
      busy = server.step() || busy;
    }
    return busy;
  };
  for (const piece of pieces) {
    play.client.push(piece);
    await turn();
    step();
  }
  await untilQuiet(step);
  const list = [...servers.values()];
  return {
    seen,
    unfinished: list.map(({ unfinished }) => unfinished).find((message) => message !== undefined),
    fault: list.map((server) => server.fault()).find((fault) => fault !== undefined),
    taken: play.exchanges.map(({ request }) => request.method),
    sent: list.map((server) => server.sent),
    told: play.client.written,
    closed: play.refused,
  };
}

/** The server behind the proxy: llhttp decides what it has been asked. */
export class AnsweringServer implements Disposable {
  readonly #wire: Pick<Wire, 'written' | 'push'>;
  readonly #reader: LlhttpReader;
  #read = 0;
  #answers = '';

  constructor(wire: Pick<Wire, 'written' | 'push'>, seen: Message[]) {
    this.#wire = wire;
    this.#reader = new LlhttpReader({
      onMessage: (message) => {
        if (message.url === probe) return;
        const body = message.method === 'HEAD' ? '' : 'ok';
        this.#answers += `HTTP/1.1 200 OK\r\nX-Seen: ${seen.length}\r\nContent-Length: 2\r\n\r\n${body}`;
        seen.push(message);
      },
    });
  }

  get sent(): { bytes: string; messages: readonly Message[] } {
    return { bytes: this.#wire.written, messages: this.#reader.whole.filter(({ url }) => url !== probe) };
  }

  get unfinished(): Message | undefined {
    return this.#reader.messages.find(({ complete }) => !complete);
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }

  step(): boolean {
    const { written } = this.#wire;
    if (this.#read === written.length) return false;
    this.#reader.read(written.slice(this.#read));
    this.#read = written.length;
    if (this.#answers !== '') this.#wire.push(this.#answers);
    this.#answers = '';
    return true;
  }

  /** What has come must be readable to the end, with nothing left over. */
  fault(): string | undefined {
    const { refusal, messages } = this.#reader;
    if (refusal !== undefined) return `the server could not read it: ${refusal}`;
    if (this.unfinished !== undefined || messages.length === 0) return undefined;
    const count = messages.length;
    this.#reader.read(`GET ${probe} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const understood = messages.length === count + 1 && messages.at(-1)?.url === probe;
    return understood ? undefined : 'something was left over';
  }
}
