import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { ProblemBook } from '../../src/operations/problem-book.ts';
import type { Surroundings } from '../../src/operations/surroundings.ts';
import type { RuntimeConfiguration } from '../../src/routing/control/runtime-configuration.ts';
import { bearerToken } from '../../src/surfaces/api/authorization.ts';
import { createApiListener } from '../../src/surfaces/api/api-listener.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: never;
}

export interface ApiUnderTest {
  readonly address: string;
  readonly problems: ProblemBook;
  /** Problems as they first appeared. */
  readonly appeared: string[];
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
}

/** The API over a real socket, showing `runtime`. */
export async function api(
  context: TestContext,
  runtime: RuntimeConfiguration | undefined,
  changed: Partial<Surroundings> & { basePath?: string; token?: string; stopping?: AbortSignal } = {},
): Promise<ApiUnderTest> {
  const appeared: string[] = [];
  const problems = new ProblemBook({
    now: () => new Date('2026-01-02T03:04:05Z'),
    onAppearance: ({ text }) => appeared.push(text),
  });
  const surroundings: Surroundings = {
    runtime: () => runtime,
    isDiscovering: () => false,
    onChange: () => () => undefined,
    settle: async () => undefined,
    generation: () => 7,
    problems,
    pairing: undefined,
    uplinkAddresses: () => [],
    version: '1.2.3',
    startedAt: new Date('2026-01-01T00:00:00Z'),
    node: 'node-1',
    boot: 'boot-1',
    entryPoints: { websecure: { address: ':443' }, web: { address: ':80' } },
    providers: ['Docker'],
    features: { tracing: '', metrics: '', accessLog: false },
    ...changed,
  };
  const listener = createApiListener({
    surroundings,
    basePath: changed.basePath ?? '/',
    authorize: bearerToken(() => changed.token),
    onFault: () => undefined,
    stopping: changed.stopping ?? new AbortController().signal,
  });
  const server = createServer(listener);
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await fetch(`${address}${path}`, {
      headers: { connection: 'close', ...headers },
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json' && text !== '';
    const json = isJson ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json: json as never };
  };
  return { address, problems, appeared, get };
}
