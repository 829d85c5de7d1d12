import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { OperationError } from '../../operations/operation.ts';
import type { ApiAnswer } from './answers.ts';

/** So often something comes, so that a reader knows within a second or two when nothing does. */
const heartbeatMs = 500;
const heartbeat = ':\n\n';
/** Far above the parents a node has; each stream costs a connection and a timer. */
const streamsMax = 256;
/** Whoever takes nothing for so long is gone. */
const stallMs = 10_000;

export interface EventStreamsInit {
  /** Ends every stream in good order. */
  readonly stopping: AbortSignal;
  readonly streamsMax?: number;
  readonly stallMs?: number;
}

export interface NumberedAnswer extends ApiAnswer {
  /** Of the event: grows. */
  readonly id: number;
}

export interface Talk {
  answers(signal: AbortSignal): AsyncIterable<NumberedAnswer>;
  /** The type of an event for this reader, whenever there is one to tell. */
  aside(): string | undefined;
}

/** Sends answers one after the other, as server-sent events, to those who stay and listen. */
export class EventStreams {
  readonly #init: EventStreamsInit;
  #open = 0;

  constructor(init: EventStreamsInit) {
    this.#init = init;
  }

  get isFull(): boolean {
    return this.#open >= (this.#init.streamsMax ?? streamsMax);
  }

  /** Rejects with what the answers throw; that is another answer as long as no headers are sent. */
  async serve(response: ServerResponse, talk: Talk): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.#init.stopping]);
    const heart = setInterval(() => beat(response, talk), heartbeatMs);
    this.#open += 1;
    try {
      for await (const answer of talk.answers(signal)) {
        if (!response.headersSent) response.writeHead(200, streamHeaders(answer));
        if (!(await this.#isTaken(response, eventOf(answer), signal))) return void response.destroy();
      }
      if (!response.headersSent) throw new OperationError('not-ready', 'stopping');
      response.end();
    } finally {
      this.#open -= 1;
      clearInterval(heart);
    }
  }

  /** False when the reader is gone, or takes nothing. */
  async #isTaken(response: ServerResponse, text: string, signal: AbortSignal): Promise<boolean> {
    if (response.write(text)) return true;
    const patience = AbortSignal.timeout(this.#init.stallMs ?? stallMs);
    return once(response, 'drain', { signal: AbortSignal.any([signal, patience]) }).then(
      () => true,
      () => false,
    );
  }
}

function eventOf({ id, body }: NumberedAnswer): string {
  return `id: ${id}\ndata: ${body.trimEnd().replaceAll('\n', '\ndata: ')}\n\n`;
}

const streamHeaders = ({ headers }: ApiAnswer) => ({
  ...headers,
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
});

/** Never queued: a reader who is behind has something to read. */
function beat(response: ServerResponse, talk: Talk): void {
  if (!response.headersSent || response.writableNeedDrain) return;
  const type = talk.aside();
  response.write(type === undefined ? heartbeat : `event: ${type}\ndata: {}\n\n`);
}
