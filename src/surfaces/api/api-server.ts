import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { OperationError } from '../../operations/operation.ts';
import type { Surroundings } from '../../operations/surroundings.ts';
import { watch } from '../../operations/watch.ts';
import type { ApiAnswer } from './answers.ts';
import { EventStreams } from './event-streams.ts';
import { type ApiRoute, apiRoutes } from './routes.ts';

export interface ApiServerInit {
  readonly surroundings: Surroundings;
  /** `api.basePath`: begins with `/`. */
  readonly basePath: string;
  /** Something went wrong that nobody has asked for. */
  readonly onFault: (error: Error) => void;
  /** Ends every stream in good order. */
  readonly stopping: AbortSignal;
}

/**
 * The HTTP skin over the operations: the paths and shapes of Traefik's read API, and ours. It is made to listen in
 * a private place, where the node's own workers forward to it what their routers let through.
 */
export function createApiServer(init: ApiServerInit): Server {
  const streams = new EventStreams(init);
  return createServer((request, response) => {
    answer({ request, response, init, streams }).catch((error: Error) => {
      if (error instanceof OperationError) return refuse(response, STATUS[error.reason], error.message);
      init.onFault(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'internal error');
    });
  });
}

const STATUS = { 'not-found': 404, invalid: 400, 'not-ready': 503 } as const;

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly init: ApiServerInit;
  readonly streams: EventStreams;
}

async function answer(asked: Asked): Promise<void> {
  const { request, response, init } = asked;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
  const found = find(withoutBase(pathname, init.basePath));
  if (!found) return refuse(response, 404, 'not found');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'method not allowed');
  const { route, parameters } = found;
  const texts = { ...Object.fromEntries(searchParams), ...route.fixed, ...parameters };
  const input = route.operation.input.safeParse(texts);
  if (!input.success)
    throw new OperationError('invalid', `invalid request: ${input.error.issues[0]?.message}`);
  // Whoever finds no room is answered once, and asks again.
  if (route.operation.isWatchable && wantsStream(request) && !asked.streams.isFull)
    return stream(asked, route, input.data);
  const output = route.operation.run(input.data, init.surroundings);
  send(request, response, route.answer(output as never, init.surroundings));
}

const wantsStream = ({ method, headers }: IncomingMessage) =>
  method === 'GET' && /\btext\/event-stream\b/i.test(headers.accept ?? '');

function stream({ response, init, streams }: Asked, route: ApiRoute, input: unknown): Promise<void> {
  const { surroundings } = init;
  return streams.serve(response, async function* (signal) {
    for await (const output of watch(route.operation, { input, surroundings, signal }))
      yield { ...route.answer(output as never, surroundings), id: surroundings.generation() };
  });
}

/** The prefix stands before our paths; without it they are served all the same, for whoever strips it. */
function withoutBase(path: string, basePath: string): string {
  const base = basePath.replace(/\/+$/, '');
  return base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length) : path;
}

function find(path: string): { route: ApiRoute; parameters: Record<string, string> } | undefined {
  for (const route of apiRoutes) {
    const parameters = match(route.path.split('/'), path.split('/'));
    if (parameters) return { route, parameters };
  }
  return undefined;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index]!;
    if (expected.startsWith(':')) parameters[expected.slice(1)] = decoded(segment);
    else if (expected !== segment) return undefined;
  }
  return parameters;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new OperationError('invalid', `invalid request: "${segment}" is not a name`);
  }
}

function send(request: IncomingMessage, response: ServerResponse, { headers, body, etag }: ApiAnswer): void {
  const unchanged = etag !== undefined && request.headers['if-none-match'] === etag;
  response.writeHead(unchanged ? 304 : 200, { ...headers, ...(etag && { ETag: etag }) });
  response.end(unchanged ? undefined : body);
}

/** As Traefik does it: JSON in a text. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 503 && { 'Retry-After': '1' }),
  });
  response.end(`${JSON.stringify({ message })}\n`);
}
