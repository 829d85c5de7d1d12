import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Seen } from './echo-server.ts';

/** Against hanging alone: a small machine may be busy with other things. */
const answerLimitMs = 60_000;
const untilLimitMs = 120_000;
/** A worker that is slower than others to follow a change is met by one of so many connections. */
const timesInRow = 12;

export interface Ask {
  readonly port: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the client says it is: any address of the loopback network. */
  readonly from?: string;
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request on a connection of its own. */
export function ask({ port, path = '/', headers, from, tls }: Ask): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = {
    host: '127.0.0.1',
    port,
    path,
    headers,
    localAddress: from,
    agent: false,
    timeout: answerLimitMs,
  };
  const request = tls ? https.request({ ...options, ...tls }) : http.request(options);
  request.on('timeout', () => request.destroy(new Error('no answer')));
  request.on('error', reject);
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
    response.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
  });
  request.end();
  return promise;
}

/** What the server behind saw. */
export async function seen(question: Ask): Promise<Seen> {
  const { status, body } = await ask(question);
  if (status !== 200) throw new Error(`answered ${status}: ${body}`);
  return JSON.parse(body);
}

/** Asks until the answer has that status, whichever worker gives it; the last answer if it never has. */
export async function askUntil(question: Ask, status: number): Promise<Answer> {
  const endMs = performance.now() + untilLimitMs;
  for (let inRow = 0; ; ) {
    const answer = await ask(question);
    inRow = answer.status === status ? inRow + 1 : 0;
    if (inRow === timesInRow || performance.now() > endMs) return answer;
    if (inRow === 0) await sleep(25);
  }
}
