/** Health checks through the whole program: main thread, several workers, the API. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { freePort, Program } from './running-program.ts';

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

const json = async (url: string): Promise<unknown> => (await fetch(url)).json();

test('a TCP server that is down gets nothing from any worker, and the API says so', {
  timeout: 30_000,
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
