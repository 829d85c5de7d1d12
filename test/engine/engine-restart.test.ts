import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lookUntil, request } from '../../examples/demo/traffic.ts';
import { TestContainers } from './containers.ts';
import { dockerAt, noPrivateEngine } from './engine.ts';
import { Hosts } from './hosts.ts';

const labels = (name: string) => ({
  'traefik.enable': 'true',
  [`traefik.http.routers.${name}.rule`]: `Host(\`${name}.test\`)`,
  [`traefik.http.services.${name}.loadbalancer.server.port`]: '8080',
});

test('an engine that is killed and comes back costs no request', { skip: noPrivateEngine }, async () => {
  const { PrivateEngine } = await import('../../.tools/private-engine.mjs');
  await using stack = new AsyncDisposableStack();
  const engine = new PrivateEngine({ networks: '10.214.0.0/16' });
  stack.defer(() => engine.stop());
  await engine.start();
  const containers = stack.use(await TestContainers.open(dockerAt(engine.host)));
  const hosts = stack.use(await Hosts.open(['127.0.0.1']));
  await containers.run({ name: 'steady', labels: labels('steady') });
  const mine = `Label(\`test.mark\`, \`${containers.mark}\`)`;
  const { webPort } = await hosts.child({
    name: 'host',
    address: '127.0.0.1',
    endpoint: engine.host,
    constraints: mine,
  });
  const answersAs = (name: string) =>
    lookUntil(
      () => request(webPort, `${name}.test`),
      ({ from }) => from === name,
    );
  assert.ok((await answersAs('steady')).found, hosts.programs[0]!.log);

  const load = keepAsking(webPort, 'steady.test');
  await engine.kill();
  await sleep(500);
  await engine.start();
  await containers.run({ name: 'later', labels: labels('later') });
  assert.ok((await answersAs('later')).found, hosts.programs[0]!.log);
  const { asked, failed } = await load.end();

  assert.ok(asked > 20, `${asked} requests were too few to tell`);
  assert.deepEqual(failed, []);
});

/** One request after the other until told to end. */
function keepAsking(port: number, host: string) {
  const stop = new AbortController();
  const failed: string[] = [];
  let asked = 0;
  const loop = async () => {
    while (!stop.signal.aborted) {
      asked += 1;
      const { status } = await request(port, host).catch((error: Error) => ({ status: error.message }));
      if (status !== 200) failed.push(String(status));
      await sleep(10);
    }
  };
  const done = loop();
  return {
    async end() {
      stop.abort();
      await done;
      return { asked, failed };
    },
  };
}
