import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Peer, peerQuestions } from '../../model/peer.ts';
import { readPeer } from '../../model/peer-field.ts';
import { readBody } from './body.ts';

export interface PeerListenerInit {
  /** Rejects with a `PeerRefusal` when the answer is no. */
  answerPeer(peer: Peer, request: { readonly path: string; readonly body: unknown }): Promise<unknown>;
  /** Something went wrong that no peer is to blame for. */
  onFault(error: Error): void;
}

/** An error that is meant for the peer. */
export interface PeerRefusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly remedy: string;
}

/** Where peers are answered, behind this prefix: apart from what the API answers everybody. */
export const peersPrefix = '/peers';

/**
 * Answers what peers ask about pairing: `POST /peers/api/pairing/<question>`, JSON in both directions. Workers forward
 * it from uplink entry points, and say who asks in a field that nobody else can set.
 */
export function createPeerListener(init: PeerListenerInit): RequestListener {
  return (request, response) => {
    answer(request, init).then(
      ({ status, body }) => send(response, { status, body }),
      (error: Error) => {
        init.onFault(error);
        send(response, { status: 500, body: undefined });
      },
    );
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function answer(request: IncomingMessage, { answerPeer }: PeerListenerInit): Promise<Answer> {
  const path = request.url?.slice(peersPrefix.length) ?? '';
  const peer = readPeer(request.headers['fairlead-peer']);
  if (peer === undefined || request.method !== 'POST' || !mayAsk(peer, path))
    return { status: 404, body: undefined };
  const read = await readBody(request);
  if ('status' in read) return { status: read.status, body: undefined };
  try {
    return { status: 200, body: await answerPeer(peer, { path, body: read.body }) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { status, code, message: text, remedy } = error;
    return { status, body: { code, text, remedy } };
  }
}

/** The entry point has seen to it already; a rule as important as this one has two guards. */
const mayAsk = ({ kind }: Peer, path: string): boolean =>
  peerQuestions[kind].some((question) => path === `/api/pairing/${question}`);

const isRefusal = (error: unknown): error is PeerRefusal =>
  error instanceof Error && 'code' in error && 'status' in error && 'remedy' in error;

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.destroyed) return;
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
  // Of a body that is refused the rest is still to come.
  response.writeHead(status, status === 413 ? { ...headers, Connection: 'close' } : headers);
  response.end(body === undefined ? undefined : `${JSON.stringify(body)}\n`);
}
