import type { ProxyError } from '../../../src/model/proxy-error.ts';
import { Play } from './connections.ts';
import { LlhttpReader, type Message } from './llhttp.ts';
import { turn, untilQuiet } from './turns.ts';
import type { Wire } from './wire.ts';

/** How the server's connection goes on after the text. */
export type Ending = 'stays' | 'ends' | 'breaks';

export interface ResponseCase {
  /** The request that is answered by the text. */
  readonly request: string;
  readonly pieces: readonly string[];
  readonly ending: Ending;
  readonly slow?: boolean;
}

/** What a client got for its request, and for another one after it. */
export interface ResponseOutcome {
  readonly told: string;
  /** Set when the proxy answered instead of the server. */
  readonly error: ProxyError | undefined;
  /** How often the second request reached the server. */
  readonly later: number;
  readonly ended: boolean;
  /** The connection broke off, so that whatever was under way is known to be incomplete. */
  readonly broken: boolean;
}

const laterRequest = 'GET /later HTTP/1.1\r\nHost: a.test\r\n\r\n';
export const laterAnswer = 'HTTP/1.1 200 OK\r\nX-Later: 1\r\nContent-Length: 5\r\n\r\nlater';

export async function playResponses({
  request,
  pieces,
  ending,
  slow = false,
}: ResponseCase): Promise<ResponseOutcome> {
  using play = new Play({ slow });
  using later = new LaterServers(play);
  play.client.push(request);
  await turn();
  const server = play.servers[0]!;
  for (const piece of pieces) {
    server.push(piece);
    await turn();
  }
  if (ending === 'ends') server.pushEnd();
  if (ending === 'breaks') server.destroy();
  await untilQuiet(() => later.step());
  const { error } = play.exchanges[0]!.response ?? {};
  play.client.push(laterRequest);
  await untilQuiet(() => later.step());
  const { written, ended, destroyed } = play.client;
  return { told: written, error, later: later.count, ended, broken: destroyed };
}

/** Answers nothing but the second request, on whatever connection it comes. */
class LaterServers implements Disposable {
  count = 0;
  readonly #play: Play;
  readonly #read = new Map<Wire, { reader: LlhttpReader; at: number }>();

  constructor(play: Play) {
    this.#play = play;
  }

  [Symbol.dispose](): void {
    for (const { reader } of this.#read.values()) reader[Symbol.dispose]();
  }

  step(): boolean {
    let busy = false;
    for (const wire of this.#play.servers) {
      let reading = this.#read.get(wire);
      if (reading === undefined) {
        reading = {
          reader: new LlhttpReader({ onMessage: (message) => this.#onMessage(message, wire) }),
          at: 0,
        };
        this.#read.set(wire, reading);
      }
      if (reading.at === wire.written.length) continue;
      reading.reader.read(wire.written.slice(reading.at));
      reading.at = wire.written.length;
      busy = true;
    }
    return busy;
  }

  #onMessage({ url }: Message, wire: Wire): void {
    if (url !== '/later') return;
    this.count++;
    setImmediate(() => wire.push(laterAnswer));
  }
}
