/**
 * What requests are told apart by, as one number: it heads their row in a page, so that nobody builds a text for
 * each request.
 */
import type { Exchange } from '../../model/exchange.ts';

const methods = [
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'CONNECT',
  'TRACE',
  'PRI',
  'EXTENSION_METHOD',
];
const methodCodes = new Map(methods.map((name, code) => [name, code]));
const otherMethod = methods.length - 1;

const protocols = ['http', 'websocket', 'sse', 'grpc', 'grpc-web'];
export const HTTP = 0;
const WEBSOCKET = 1;
const SSE = 2;
export const GRPC = 3;
const GRPC_WEB = 4;

/** Places in the number, from the lowest: protocol, method, status, header values. */
const PROTOCOLS = 8;
const METHODS = 16;

export function requestKey({ method, protocol, status }: Request): number {
  const code = method === 'GET' ? 0 : (methodCodes.get(method) ?? otherMethod);
  return 1 + protocol + PROTOCOLS * (code + METHODS * status);
}

interface Request {
  readonly method: string;
  readonly protocol: number;
  readonly status: number;
}

export interface RequestLabels extends Readonly<Record<string, string>> {
  readonly code: string;
  readonly method: string;
  readonly protocol: string;
}

export function requestLabels(key: number): RequestLabels {
  const rest = Math.floor((key - 1) / PROTOCOLS);
  return {
    code: String(Math.floor(rest / METHODS)),
    method: methods[rest % METHODS]!,
    protocol: protocols[(key - 1) % PROTOCOLS]!,
  };
}

/** What the client wants to speak, by the head of its request. */
export function protocolOf({ request }: Exchange): number {
  const { headers, upgrade } = request;
  if (upgrade !== undefined) return /^websocket$/i.test(upgrade) ? WEBSOCKET : HTTP;
  if (request.body.length !== 0) {
    const type = headers.get('Content-Type');
    if (type?.startsWith('application/grpc-web')) return GRPC_WEB;
    if (type?.startsWith('application/grpc')) return GRPC;
  }
  if (!headers.lines.includes('text/event-stream')) return HTTP;
  return headers.get('Accept') === 'text/event-stream' ? SSE : HTTP;
}
