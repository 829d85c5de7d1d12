/**
 * One question to the engine. dockerode would keep an answer of any length, and an error's too, so the answers are read
 * here: within a number of bytes, and only until the signal aborts.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { addAbortSignal } from 'node:stream';
import type Docker from 'dockerode';

export interface Question {
  /** Below the version. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** Also ends an answer that has begun. */
  readonly signal: AbortSignal;
}

/** The engine answered with another status than 200. */
export class RefusalError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, text: string) {
    super(text);
    this.statusCode = statusCode;
  }
}

/** The engine sends more than any answer of its kind can be. */
export class AnswerTooLongError extends Error {}

const mebibyte = 1024 * 1024;
const refusalBytesMax = 64 * 1024;

/** To dockerode every status is right: of the others it would read all that comes. */
const statusCodes = Object.fromEntries(Array.from({ length: 1000 }, (_, status) => [status, true]));

/** The answer, its body still to come. */
export async function ask(docker: Docker, { path, query, signal }: Question): Promise<IncomingMessage> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = { method: 'GET', isStream: true, statusCodes, abortSignal: signal };
    const target = query ? { path: `${path}?`, options: { ...query } } : { path };
    docker.modem.dial({ ...request, ...target }, (error, response) => {
      if (error) reject(error);
      else resolve(response as IncomingMessage);
    });
  });
  addAbortSignal(signal, answer);
  const { statusCode = 0 } = answer;
  if (statusCode !== 200) throw new RefusalError(statusCode, await reasonIn(answer));
  return answer;
}

export async function readJson(answer: IncomingMessage, bytesMax: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw new AnswerTooLongError(`more than ${bytesMax / mebibyte} MiB`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** What the engine, or a proxy before it, gives as its reason. */
async function reasonIn(answer: IncomingMessage): Promise<string> {
  const said = await readJson(answer, refusalBytesMax).catch(() => undefined);
  const { message } = (said ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' ? message : (STATUS_CODES[answer.statusCode ?? 0] ?? 'no reason given');
}
