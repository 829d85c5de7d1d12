import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { checkHealth } from '../../src/app/healthcheck.ts';
import { loadStaticConfiguration } from '../../src/app/static-options/load.ts';
import type { StaticConfiguration } from '../../src/app/static-options/static-configuration.ts';

const configured = (args: readonly string[]) =>
  loadStaticConfiguration({ args, env: {}, readFile: () => undefined }).configuration as StaticConfiguration;

for (const [status, ok] of [
  [200, true],
  [503, false],
] as const)
  test(`a program that answers ${status} is ${ok ? 'well' : 'not well'}`, async () => {
    const questions: string[] = [];
    const server = createServer((request, response) => {
      questions.push(`${request.method} ${request.url}`);
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const health = await checkHealth(configured(['--ping', `--entrypoints.traefik.address=:${port}`]));
    server.close();
    assert.equal(health.ok, ok);
    assert.deepEqual(questions, ['HEAD /ping']);
    if (ok) assert.equal(health.text, `OK: http://127.0.0.1:${port}/ping`);
  });

test('nothing can be asked without ping, or at an entry point that is not there', async () => {
  assert.match((await checkHealth(configured(['--api']))).text, /not enabled/);
  assert.match((await checkHealth(configured(['--ping.entrypoint=gone']))).text, /gone/);
});
