/** What a child says of itself and its uplinks, in one answer or in one event of many. */
import type { Dispatcher } from 'undici';
import { ChildFailure } from './failure.ts';
import { type AdvertisedUplink, readUplinkList } from './uplink-list.ts';

export const answerBytesMax = 4 * 1024 * 1024;

export interface ChildAnswer {
  readonly uplinks: readonly AdvertisedUplink[];
  /** None where the child itself tells of changes. */
  readonly etag: string | undefined;
  /** Stable id of the child, and of its present run; absent from other programs. */
  readonly node: string | undefined;
  readonly boot: string | undefined;
  /** It came over a stream, which goes on telling of changes. */
  readonly isLive: boolean;
}

export type Reply =
  | { readonly kind: 'unchanged' }
  /** Beside what it answers: the child wants a new certificate. */
  | { readonly kind: 'renewal-wanted' }
  | { readonly kind: 'answer'; readonly answer: ChildAnswer };

type Response = Dispatcher.ResponseData;
type Headers = Response['headers'];

export async function readAnswer({ statusCode, headers, body }: Response): Promise<Reply> {
  if (statusCode === 304) return { kind: 'unchanged' };
  if (statusCode !== 200) throw wrongStatus(statusCode);
  const type = single(headers['content-type']) ?? '';
  if (!/^application\/(.+\+)?json\b/i.test(type)) throw wrongAnswer(`is of the type "${type}", not JSON`);
  const announced = Number(single(headers['content-length']) ?? 0);
  if (announced > answerBytesMax) throw tooLarge;
  const text = await readText(body);
  return { kind: 'answer', answer: { ...answerOf(text, headers), etag: single(headers.etag) } };
}

export function readEvent(data: string, headers: Headers): Reply {
  return { kind: 'answer', answer: { ...answerOf(data, headers), isLive: true } };
}

export const wantsRenewal = ({ headers }: Response): boolean => headers['fairlead-renew'] !== undefined;

export const isEventStream = ({ statusCode, headers }: Response): boolean =>
  statusCode === 200 && /^text\/event-stream\b/i.test(single(headers['content-type']) ?? '');

function answerOf(text: string, headers: Headers): ChildAnswer {
  const uplinks = readUplinkList(text);
  if (typeof uplinks === 'string') throw wrongAnswer(uplinks);
  return {
    uplinks,
    etag: undefined,
    node: single(headers['fairlead-node']),
    boot: single(headers['fairlead-boot']),
    isLive: false,
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
  return new ChildFailure({
    code: 'child-status-wrong',
    text,
    remedy: statusRemedies[status] ?? otherStatus,
  });
}

const otherStatus = 'Check that its address is an uplink entry point (hub.uplinkEntryPoints of the child).';
const statusRemedies: Readonly<Record<number, string>> = {
  400: 'Check whether its uplink entry point speaks TLS: then write https:// in its address.',
  503: 'It has not found its own services yet; nothing needs to be done unless it stays so.',
};

const answerRemedy =
  'Check that the address is an uplink entry point of Fairlead, and the version of the child.';
const wrongAnswer = (clause: string) =>
  new ChildFailure({ code: 'child-answer-wrong', text: `its answer ${clause}`, remedy: answerRemedy });
export const tooLarge = wrongAnswer(`is larger than ${answerBytesMax / 1024 / 1024} MiB`);
