/** Asks a child for `GET /api/uplinks`, with limits on everything a child could do wrong. */
import { Client } from 'undici';
import { childConnector } from './connector.ts';
import type { Credentials } from './credentials.ts';
import { Deadline } from './deadline.ts';
import { explainError } from './explain-error.ts';
import type { Failure } from './failure.ts';
import type { ChildTransport } from './options.ts';
import { isEventStream, type Reply, readAnswer, wantsRenewal } from './read-answer.ts';
import { readStream } from './read-stream.ts';

export interface Question {
  readonly address: URL;
  readonly transport: ChildTransport;
  readonly credentials: Credentials;
  /** For an answer, or for the first of a stream. */
  readonly timeoutMs: number;
  /** Of the answer at hand. */
  readonly etag: string | undefined;
  /** Takes a stream of changes, if the child has one. */
  readonly watch: boolean;
  readonly signal: AbortSignal;
}

export type Outcome = Reply | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * One outcome, or a stream of them that ends with the connection. It is a fresh connection each time, so that a
 * change of address, certificate or trust is seen at once.
 */
export async function* askChild(question: Question): AsyncGenerator<Outcome, void> {
  const { address, timeoutMs } = question;
  const client = new Client(address, { allowH2: false, pipelining: 0, connect: childConnector(question) });
  using deadline = new Deadline();
  deadline.set(timeoutMs, new DOMException('no answer in time', 'TimeoutError'));
  const signal = AbortSignal.any([question.signal, deadline.signal]);
  try {
    const headers = requestHeaders(question);
    const response = await client.request({ method: 'GET', path: '/api/uplinks', headers, signal });
    if (wantsRenewal(response)) yield { kind: 'renewal-wanted' };
    if (isEventStream(response)) yield* readStream(response, { deadline, signal });
    else yield await readAnswer(response);
  } catch (error) {
    if (question.signal.aborted) return;
    const ownCertificate = question.credentials.certificates.length > 0;
    const cause = deadline.signal.aborted ? deadline.signal.reason : error;
    yield { kind: 'failed', failure: explainError(cause, { address, timeoutMs, ownCertificate }) };
  } finally {
    await client.destroy();
  }
}

function requestHeaders({ etag, watch }: Question): Record<string, string> {
  const accept = watch ? 'text/event-stream, application/json;q=0.9' : 'application/json';
  const headers = { accept, 'user-agent': 'fairlead' };
  return etag === undefined ? headers : { ...headers, 'if-none-match': etag };
}
