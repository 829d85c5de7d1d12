import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort, reachable } from '../../examples/demo/ports.ts';
import { ProcessContainers } from '../../examples/demo/stand-in/process-containers.ts';
import { root } from '../tidy/source-tree.ts';

const noHaproxy = spawnSync('haproxy', ['-v']).status !== 0 && 'there is no haproxy on this machine';

describe('compose/socket-proxy', { skip: noHaproxy }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-socket-proxy-'));
  const stack = new AsyncDisposableStack();
  let port: number;

  before(async () => {
    const containers = stack.use(await ProcessContainers.open(folder, 'a test'));
    port = await freePort();
    const haproxy = spawn('haproxy', ['-f', path.join(root, 'compose/socket-proxy/haproxy.cfg')], {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        SOCKET_PROXY_BIND: `127.0.0.1:${port}`,
        SOCKET_PROXY_ENGINE: new URL(containers.endpoint).pathname,
      },
    });
    stack.defer(() => void haproxy.kill());
    await containers.run({ name: 'web', labels: {} });
    await reachable(port);
  });

  after(async () => {
    await stack.disposeAsync();
    rmSync(folder, { recursive: true, force: true });
  });

  const status = async (method: string, target: string) => {
    const response = await fetch(`http://127.0.0.1:${port}${target}`, { method });
    await response.body?.cancel();
    return response.status;
  };

  test('lets the questions through that a child asks', async () => {
    for (const target of [
      '/_ping',
      '/version',
      '/v1.44/containers/json?all=1',
      '/v1.44/containers/web/json',
      '/v1.44/networks',
      '/v1.44/events?filters=%7B%7D',
    ]) {
      assert.equal(await status('GET', target), 200, target);
    }
  });

  test('refuses everything else', async () => {
    for (const [method, target] of [
      ['POST', '/v1.44/containers/create'],
      ['POST', '/containers/web/kill'],
      ['DELETE', '/containers/web'],
      ['POST', '/containers/json'],
      ['GET', '/containers/web/logs'],
      ['GET', '/containers/web/archive?path=/'],
      ['GET', '/containers/web/json/../archive'],
      ['GET', '/images/json'],
      ['GET', '/secrets'],
      ['GET', '/'],
    ] as const) {
      assert.equal(await status(method, target), 403, `${method} ${target}`);
    }
  });
});
