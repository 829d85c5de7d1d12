/** Asks a child the questions of pairing over one connection. */
import { Client } from 'undici';
import { type Dialled, dialChild, type DialWish } from './dial-child.ts';
import { explainDial } from './explain-dial.ts';
import {
  type Answered,
  answers,
  type Asked,
  type Question,
  readMessage,
  refusalMessage,
} from './messages.ts';
import { PairingError } from './pairing-error.ts';

export interface ConnectionWish extends DialWish {
  /** What it means when the child ends the connection instead of answering. */
  readonly refusal: PairingError;
}

/** The child has said no, and why; nothing has come of the question there. */
export class PeerRefusal extends PairingError {}

const answerMs = 10_000;
const answerBytesMax = 64 * 1024;

export class ChildConnection implements AsyncDisposable {
  readonly #refusal: PairingError;
  readonly #dialled: Dialled;
  readonly #client: Client;
  readonly #signal: AbortSignal;
  /** Of the key that the child has shown. */
  readonly fingerprint: string;

  private constructor(dialled: Dialled, { refusal, signal, fingerprint }: ConnectionWish) {
    this.fingerprint = fingerprint;
    this.#refusal = refusal;
    this.#signal = signal;
    this.#dialled = dialled;
    this.#client = new Client(`https://${dialled.address}`, {
      // There is this connection and no other: what it is asked second belongs to what it has answered first.
      // The answer has to come later than the question: undici waits for ever for one that comes at once.
      connect: (_, done) =>
        queueMicrotask(() => (dialled.socket.destroyed ? done(refusal, null) : done(null, dialled.socket))),
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
      maxResponseSize: answerBytesMax,
    });
  }

  static async open(wish: ConnectionWish): Promise<ChildConnection> {
    return new ChildConnection(await dialChild(wish), wish);
  }

  /** Where it has been reached. */
  get address(): string {
    return this.#dialled.address;
  }

  async ask<Q extends Question>(question: Q, asked: Asked<Q>): Promise<Answered<Q>> {
    const { status, text } = await this.#post(question, JSON.stringify(asked));
    const message = parse(text);
    if (status !== 200) throw refusedWith(message, status);
    return readMessage<Answered<Q>>(answers[question], message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nobody else ends a connection over which nothing has been asked.
    this.#dialled.socket.destroy();
    await this.#client.destroy();
  }

  async #post(question: Question, body: string): Promise<{ status: number; text: string }> {
    try {
      const { statusCode, body: answer } = await this.#client.request({
        method: 'POST',
        path: `/api/pairing/${question}`,
        headers: { 'content-type': 'application/json', 'user-agent': 'fairlead' },
        body,
        signal: this.#signal,
      });
      return { status: statusCode, text: await answer.text() };
    } catch (error) {
      throw hasEnded(error) ? this.#refusal : explainDial(error, this.address);
    }
  }
}

/** A child that does not want us ends the connection after the handshake: with an alert, or without a word. */
function hasEnded(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return (
    error instanceof PairingError ||
    (typeof code === 'string' && (/^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(code) || code.includes('ALERT')))
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusedWith(message: unknown, status: number): PairingError {
  const read = refusalMessage.safeParse(message);
  if (read.success) {
    const { code, text, remedy } = read.data;
    return new PeerRefusal(code as PairingError['code'], `The child says: ${text}`, remedy);
  }
  return new PairingError(
    'peer-answer-wrong',
    `The child answers ${status} to a question of pairing.`,
    'Check its log, and that both nodes run versions of Fairlead that go together.',
  );
}
