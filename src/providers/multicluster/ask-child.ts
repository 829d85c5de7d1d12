/** One question to a child: `GET /api/uplinks`, with limits on everything a child could do wrong. */
import { Client, type Dispatcher } from 'undici';
import { childConnector } from './connector.ts';
import type { Credentials } from './credentials.ts';
import { explainError } from './explain-error.ts';
import { ChildFailure, type Failure } from './failure.ts';
import type { ChildTransport } from './options.ts';
import { type AdvertisedUplink, readUplinkList } from './uplink-list.ts';

export const answerBytesMax = 4 * 1024 * 1024;

export interface Question {
  readonly address: URL;
  readonly transport: ChildTransport;
  readonly credentials: Credentials;
  readonly timeoutMs: number;
  /** Of the answer at hand. */
  readonly etag: string | undefined;
  readonly signal: AbortSignal;
}

export interface ChildAnswer {
  readonly uplinks: readonly AdvertisedUplink[];
  readonly etag: string | undefined;
  /** Stable id of the child, and of its present run; absent from other programs. */
  readonly node: string | undefined;
  readonly boot: string | undefined;
}

export type Reply =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'answer'; readonly answer: ChildAnswer }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * A fresh connection for each question, so that a change of address, certificate or trust is seen at
 * once.
 */
export async function askChild(question: Question): Promise<Reply> {
  const { address, timeoutMs } = question;
  const client = new Client(address, { allowH2: false, pipelining: 0, connect: childConnector(question) });
  const overdue = AbortSignal.timeout(timeoutMs);
  try {
    const response = await client.request({
      method: 'GET',
      path: '/api/uplinks',
      headers: requestHeaders(question),
      signal: AbortSignal.any([question.signal, overdue]),
    });
    return await readReply(response);
  } catch (error) {
    const ownCertificate = question.credentials.certificates.length > 0;
    const cause = overdue.aborted ? overdue.reason : error;
    return { kind: 'failed', failure: explainError(cause, { address, timeoutMs, ownCertificate }) };
  } finally {
    await client.destroy();
  }
}

function requestHeaders({ etag }: Question): Record<string, string> {
  const headers = { accept: 'application/json', 'user-agent': 'fairlead' };
  return etag === undefined ? headers : { ...headers, 'if-none-match': etag };
}

async function readReply(response: Dispatcher.ResponseData): Promise<Reply> {
  const { statusCode, headers, body } = response;
  if (statusCode === 304) return { kind: 'unchanged' };
  if (statusCode !== 200) throw wrongStatus(statusCode);
  const type = single(headers['content-type']) ?? '';
  if (!/^application\/(.+\+)?json\b/i.test(type)) throw wrongAnswer(`is of the type "${type}", not JSON`);
  const announced = Number(single(headers['content-length']) ?? 0);
  if (announced > answerBytesMax) throw tooLarge;
  const uplinks = readUplinkList(await readText(body));
  if (typeof uplinks === 'string') throw wrongAnswer(uplinks);
  return {
    kind: 'answer',
    answer: {
      uplinks,
      etag: single(headers.etag),
      node: single(headers['fairlead-node']),
      boot: single(headers['fairlead-boot']),
    },
  };
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const single = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

function wrongStatus(status: number): ChildFailure {
  const text = `it answers ${status} to GET /api/uplinks`;
  return new ChildFailure({ code: 'child-status', text, remedy: statusRemedies[status] ?? otherStatus });
}

const otherStatus = 'Check that its address is an uplink entry point (hub.uplinkEntryPoints of the child).';
const statusRemedies: Readonly<Record<number, string>> = {
  400: 'Check whether its uplink entry point speaks TLS: then write https:// in its address.',
  503: 'It has not found its own services yet; nothing needs to be done unless it stays so.',
};

const answerRemedy =
  'Check that the address is an uplink entry point of Fairlead, and the version of the child.';
const wrongAnswer = (clause: string) =>
  new ChildFailure({ code: 'child-answer', text: `its answer ${clause}`, remedy: answerRemedy });
const tooLarge = wrongAnswer(`is larger than ${answerBytesMax / 1024 / 1024} MiB`);
