/** What is wrong when the engine cannot be reached, in words that say what to do. */
import { statSync } from 'node:fs';
import type { Problem } from '../../../model/problem.ts';
import { ApiVersionError } from './api-version.ts';
import { AnswerTooLongError } from './ask.ts';
import { EndpointError } from './endpoint.ts';
import { statusOf } from './engine.ts';

type Reason = Pick<Problem, 'code' | 'text' | 'remedy'>;

export function engineProblem(error: unknown, address: string): Problem {
  const { code, text, remedy } = reasonOf(error, address);
  return { code, severity: 'error', source: { provider: 'docker' }, text, remedy };
}

function reasonOf(error: unknown, address: string): Reason {
  if (error instanceof EndpointError) {
    return {
      code: 'engine-endpoint-wrong',
      text: error.message,
      remedy: 'Correct providers.docker.endpoint or DOCKER_HOST.',
    };
  }
  if (error instanceof ApiVersionError) {
    return {
      code: 'engine-version-unsupported',
      text: `${address}: ${error.message}.`,
      remedy:
        'Use an engine from Docker 19.03 on, or set DOCKER_API_VERSION if it understands another version.',
    };
  }
  if (error instanceof AnswerTooLongError) {
    return {
      code: 'engine-answer-too-long',
      text: `The engine at ${address} does not come to an end of its answer: ${error.message}.`,
      remedy: 'Check that a Docker Engine, and nothing else, listens there.',
    };
  }
  const status = statusOf(error);
  return status === undefined ? unreachable(error, address) : refused(status, error, address);
}

function refused(status: number, error: unknown, address: string): Reason {
  const remedies: Record<number, string> = {
    401: 'Set providers.docker.username and password to a login that the endpoint accepts.',
    403: 'Let the socket proxy answer GET on /version, /events and /containers (VERSION, EVENTS, CONTAINERS = 1).',
  };
  return {
    code: 'engine-refused',
    text: `The engine at ${address} answered with status ${status}: ${messageOf(error)}.`,
    remedy: remedies[status],
  };
}

function unreachable(error: unknown, address: string): Reason {
  const code = (error as NodeJS.ErrnoException)?.code;
  const path = address.startsWith('unix://') ? address.slice('unix://'.length) : undefined;
  if (path !== undefined && code === 'ECONNREFUSED' && isDeleted(path)) return staleSocket(path);
  const text = `The engine at ${address} cannot be reached: ${messageOf(error)}.`;
  return { code: 'engine-unreachable', text, remedy: remedyFor(code, path) };
}

function remedyFor(code: string | undefined, path: string | undefined): string {
  if (path === undefined) return 'Check that the engine, or the proxy before it, listens there.';
  if (code === 'EACCES') {
    return `Run with the group that owns ${path}: group_add: ["${groupOf(path)}"] in Compose.`;
  }
  if (code === 'ENOENT') {
    return `Mount the engine's socket to ${path}, or set providers.docker.endpoint to where it is.`;
  }
  return 'Check that the Docker Engine is running.';
}

/**
 * A socket mounted as a file stays the old one when the engine makes a new one: nobody will ever listen
 * on it.
 */
function staleSocket(path: string): Reason {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  return {
    code: 'engine-socket-stale',
    text: `The engine was restarted and made a new socket, but ${path} here is still the old one.`,
    remedy: `Restart this container; then mount the folder instead of the file: "${folder}:${folder}:ro".`,
  };
}

function isDeleted(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.nlink === 0;
}

function groupOf(path: string): number | string {
  return statSync(path, { throwIfNoEntry: false })?.gid ?? '<group id>';
}

function messageOf(error: unknown): string {
  const name = (error as Error)?.name;
  if (name === 'ZodError' || name === 'SyntaxError') return 'its answer is not that of a Docker Engine';
  if (name === 'AbortError' || name === 'TimeoutError') return 'it did not answer in time';
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().replace(/\.$/, '').slice(0, 300);
}
