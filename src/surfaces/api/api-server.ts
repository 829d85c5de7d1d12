import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { OperationError } from '../../operations/operation.ts';
import type { Surroundings } from '../../operations/surroundings.ts';
import type { ApiAnswer } from './answers.ts';
import { type ApiRoute, apiRoutes } from './routes.ts';

export interface ApiServerInit {
  readonly surroundings: Surroundings;
  /** `api.basePath`: begins with `/`. */
  readonly basePath: string;
  /** Something went wrong that nobody has asked for. */
  readonly onFault: (error: Error) => void;
}

/**
 * The HTTP skin over the operations: the paths and shapes of Traefik's read API, and ours. It is made to listen in
 * a private place, where the node's own workers forward to it what their routers let through.
 */
export function createApiServer(init: ApiServerInit): Server {
  return createServer((request, response) => {
    try {
      answer(request, response, init);
    } catch (error) {
      if (error instanceof OperationError) return refuse(response, STATUS[error.reason], error.message);
      init.onFault(error as Error);
      refuse(response, 500, 'internal error');
    }
  });
}

const STATUS = { 'not-found': 404, invalid: 400, 'not-ready': 503 } as const;

function answer(request: IncomingMessage, response: ServerResponse, init: ApiServerInit): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
  const found = find(withoutBase(pathname, init.basePath));
  if (!found) return refuse(response, 404, 'not found');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'method not allowed');
  const { operation, fixed } = found.route;
  const input = operation.input.safeParse({
    ...Object.fromEntries(searchParams),
    ...fixed,
    ...found.parameters,
  });
  if (!input.success)
    throw new OperationError('invalid', `invalid request: ${input.error.issues[0]?.message}`);
  const output = operation.run(input.data, init.surroundings);
  send(request, response, found.route.answer(output as never, init.surroundings));
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

function send(request: IncomingMessage, response: ServerResponse, { headers, body }: ApiAnswer): void {
  const unchanged = headers.ETag !== undefined && request.headers['if-none-match'] === headers.ETag;
  response.writeHead(unchanged ? 304 : 200, headers);
  response.end(unchanged ? undefined : body);
}

/** As Traefik does it: JSON in a text. */
function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`${JSON.stringify({ message })}\n`);
}
