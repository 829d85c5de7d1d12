import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ZodError } from 'zod';
import { OperationError } from '../../operations/operation.ts';
import type { Surroundings } from '../../operations/surroundings.ts';
import { watch } from '../../operations/watch.ts';
import type { ApiAnswer } from './answers.ts';
import type { Authorization } from './authorization.ts';
import { EventStreams } from './event-streams.ts';
import { readJson } from './request-body.ts';
import { renewalEvent, renewalFields, wishOf } from './renewal-wish.ts';
import { type ApiRoute, apiRoutes } from './routes.ts';

export interface ApiListenerInit {
  readonly surroundings: Surroundings;
  /** `api.basePath`: begins with `/`. */
  readonly basePath: string;
  /** Who may do what is only for those who run this node. */
  readonly authorize: Authorization;
  /** Something went wrong that nobody has asked for. */
  readonly onFault: (error: Error) => void;
  /** Ends every stream in good order. */
  readonly stopping: AbortSignal;
}

/**
 * The HTTP skin over the operations: the paths and shapes of Traefik's read API, and ours. It is made to listen in
 * a private place, where the node's own workers forward to it what their routers let through.
 */
export function createApiListener(init: ApiListenerInit): RequestListener {
  const streams = new EventStreams(init);
  return (request, response) => {
    answer({ request, response, init, streams }).catch((error: Error) => {
      if (error instanceof OperationError) return refuse(response, STATUS[error.reason], error);
      init.onFault(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, { message: 'internal error' });
    });
  };
}

const STATUS = { 'not-found': 404, invalid: 400, 'not-ready': 503, refused: 409 } as const;

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly init: ApiListenerInit;
  readonly streams: EventStreams;
}

async function answer(asked: Asked): Promise<void> {
  const { request, response, init } = asked;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
  const found = find(withoutBase(pathname, init.basePath));
  if (found.length === 0) return refuse(response, 404, { message: 'not found' });
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const match = found.find(({ route }) => route.method === method);
  if (!match) return refuse(response, 405, { message: 'method not allowed' });
  const { route, parameters } = match;
  const unauthorized = route.operation.isPrivileged ? init.authorize(request) : undefined;
  if (unauthorized) return refuse(response, unauthorized.status, unauthorized);
  const sent = method === 'GET' ? Object.fromEntries(searchParams) : await readJson(request);
  const input = route.operation.input.safeParse({ ...sent, ...route.fixed, ...parameters });
  if (!input.success) throw new OperationError('invalid', `invalid request: ${firstIssue(input.error)}`);
  // Whoever finds no room is answered once, and asks again.
  if (route.operation.isWatchable && wantsStream(request) && !asked.streams.isFull)
    return stream(asked, route, input.data);
  const output = await route.operation.run(input.data, init.surroundings);
  const { headers, ...rest } = route.answer(output as never, init.surroundings);
  const wish = route.operation.isWatchable ? renewalFields(wishOf(request, init.surroundings)) : {};
  send(request, response, { ...rest, headers: { ...headers, ...wish } });
}

function firstIssue({ issues }: ZodError): string {
  const [issue] = issues;
  return [issue?.path.join('.'), issue?.message].filter((part) => part).join(': ');
}

const wantsStream = ({ method, headers }: IncomingMessage) =>
  method === 'GET' && /\btext\/event-stream\b/i.test(headers.accept ?? '');

function stream({ request, response, init, streams }: Asked, route: ApiRoute, input: unknown): Promise<void> {
  const { surroundings } = init;
  return streams.serve(response, {
    async *answers(signal) {
      for await (const output of watch(route.operation, { input, surroundings, signal }))
        yield { ...route.answer(output as never, surroundings), id: surroundings.generation() };
    },
    aside: renewalEvent(wishOf(request, surroundings)),
  });
}

/** The prefix stands before our paths; without it they are served all the same, for whoever strips it. */
function withoutBase(path: string, basePath: string): string {
  const base = basePath.replace(/\/+$/, '');
  return base !== '' && path.startsWith(`${base}/`) ? path.slice(base.length) : path;
}

interface Found {
  readonly route: ApiRoute;
  readonly parameters: Record<string, string>;
}

/** The routes of a path, which differ by method. */
function find(path: string): Found[] {
  const segments = path.split('/');
  return apiRoutes.flatMap((route) => {
    const parameters = match(route.path.split('/'), segments);
    return parameters ? [{ route, parameters }] : [];
  });
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
function refuse(response: ServerResponse, status: number, refusal: Refusal): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    ...(status === 503 && { 'Retry-After': '1' }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
  });
  const { message, code, remedy } = refusal;
  response.end(`${JSON.stringify({ message, code, remedy })}\n`);
}

interface Refusal {
  readonly message: string;
  readonly code?: string | undefined;
  readonly remedy?: string | undefined;
}
