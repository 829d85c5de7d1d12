/** Health checks through the whole program: main thread, several workers, the API. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { freePort } from '../../examples/demo/ports.ts';
import { Program } from './running-program.ts';

async function listening(port: number, greeting: string): Promise<Server> {
  const server = createServer((socket) => socket.on('error', () => {}).end(greeting));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function answerOf(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  return Buffer.concat(await socket.toArray().catch(() => [])).toString();
}

async function httpServer(
  stack: AsyncDisposableStack,
  answer: (path: string) => readonly [status: number, text: string],
): Promise<string> {
  const server = createHttpServer(({ url = '' }, response) => {
    const [status, text] = answer(url);
    response.writeHead(status, { Connection: 'close' }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Over a connection of its own, so that another worker may take the next one. */
async function get(port: number, host: string): Promise<string> {
  const sent = request({ port, host: '127.0.0.1', headers: { host }, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return `${response.statusCode} ${Buffer.concat(await response.toArray())}`;
}

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

test('a TCP server that is down gets nothing from any worker, and the API says so', {
  timeout: 300_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const [raw, api, one, other] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const first = await listening(one, 'well');
  stack.defer(() => void first.close());
  const dynamic = (expect: string) =>
    JSON.stringify({
      tcp: {
        routers: { r: { entryPoints: ['raw'], rule: 'HostSNI(`*`)', service: 's' } },
        services: {
          s: {
            loadBalancer: {
              servers: [one, other].map((port) => ({ address: `127.0.0.1:${port}` })),
              healthCheck: { expect, interval: '30ms', unhealthyInterval: '20ms' },
            },
          },
        },
      },
    });
  const program = stack.use(
    new Program({
      'static.yml': JSON.stringify({
        workers: 2,
        log: { level: 'INFO' },
        entryPoints: {
          raw: { address: `127.0.0.1:${raw}` },
          traefik: { address: `127.0.0.1:${api}` },
        },
        api: { insecure: true },
        providers: { file: { filename: '{{folder}}/dynamic.yml' } },
        dataDirectory: '{{folder}}/data',
      }),
      'dynamic.yml': dynamic('well'),
    }),
  );
  await program.says(/Serving\./);
  await program.says(new RegExp(`The server 127.0.0.1:${other} of the tcp service s@file is down`));
  const second = await listening(other, 'ill!');
  stack.defer(() => void second.close());
  assert.deepEqual(await Promise.all([raw, raw, raw, raw].map(answerOf)), Array(4).fill('well'));
  const service = (await json(`http://127.0.0.1:${api}/api/tcp/services/s@file`)) as { serverStatus: object };
  assert.deepEqual(service.serverStatus, { [`127.0.0.1:${one}`]: 'UP', [`127.0.0.1:${other}`]: 'DOWN' });
  const problems = (await json(`http://127.0.0.1:${api}/api/problems`)) as { code: string }[];
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['server-down'],
  );

  program.write('dynamic.yml', dynamic(''));
  await program.says(/changed tcp service s@file/);
  const answers = await Promise.all([raw, raw, raw, raw].map(answerOf));
  assert.deepEqual(answers.sort(), ['ill!', 'ill!', 'well', 'well'], 'with another question all begin anew');
});

test('HTTP servers are known by what they answer, to checks and to clients', {
  timeout: 300_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const [web, api] = [await freePort(), await freePort()];
  const well = await httpServer(stack, () => [200, 'well']);
  const ill = await httpServer(stack, (path) => (path === '/live' ? [503, ''] : [200, 'ill']));
  const broken = await httpServer(stack, () => [500, 'broken']);
  const service = (servers: readonly string[], rest: object) => ({
    loadBalancer: { servers: servers.map((url) => ({ url })), ...rest },
  });
  const router = (name: string) => ({ rule: `Host(\`${name}.lan\`)`, service: name, entryPoints: ['web'] });
  const program = stack.use(
    new Program({
      'static.yml': JSON.stringify({
        workers: 2,
        log: { level: 'INFO' },
        entryPoints: { web: { address: `127.0.0.1:${web}` }, traefik: { address: `127.0.0.1:${api}` } },
        api: { insecure: true },
        metrics: { prometheus: {} },
        providers: { file: { filename: '{{folder}}/dynamic.yml' } },
        dataDirectory: '{{folder}}/data',
      }),
      'dynamic.yml': JSON.stringify({
        http: {
          routers: { asked: router('asked'), seen: router('seen') },
          services: {
            asked: service([well, ill], { healthCheck: { path: '/live', interval: '30ms' } }),
            seen: service([broken], { passiveHealthCheck: { maxFailedAttempts: 4, failureWindow: '20s' } }),
          },
        },
      }),
    }),
  );
  await program.says(/Serving\./);
  await program.says(/The server .* of the service asked@file is down: it answers with status 503/);
  const answers = await Promise.all(Array.from({ length: 6 }, () => get(web, 'asked.lan')));
  assert.deepEqual(answers, Array(6).fill('200 well'));
  const shown = (await json(`http://127.0.0.1:${api}/api/http/services/asked@file`)) as {
    serverStatus: object;
  };
  assert.deepEqual(shown.serverStatus, { [well]: 'UP', [ill]: 'DOWN' });
  const metrics = await (await fetch(`http://127.0.0.1:${api}/metrics`)).text();
  const up = metrics.split('\n').filter((line) => line.startsWith('traefik_service_server_up{'));
  assert.deepEqual(
    up.sort(),
    [
      `traefik_service_server_up{service="asked@file",url="${well}"} 1`,
      `traefik_service_server_up{service="asked@file",url="${ill}"} 0`,
    ].sort(),
  );

  const seen = [];
  for (let more = 0; more < 6; more++) seen.push(await get(web, 'seen.lan'));
  const none = '503 no available server\n';
  assert.deepEqual(seen, [...Array(4).fill('500 broken'), none, none], 'counted over all workers');
});
