import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../examples/demo/ports.ts';
import { Program } from './running-program.ts';

async function server() {
  const listening = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return { listening, url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}` };
}

/** Over a connection of its own, so that another worker may take the next one. */
async function ask(port: number, path: string): Promise<string> {
  const sent = request({ port, path, host: '127.0.0.1', agent: false }).end();
  const [response] = await once(sent, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

/** The value of a line that begins so. */
const valueOf = (text: string, line: string): number | undefined => {
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
};

/** What is told once it is so: that a worker has begun to count something reaches the others a moment later. */
async function telling(port: number, path: string, isSo: (text: string) => boolean): Promise<string> {
  for (let tries = 0; ; tries++) {
    const text = await ask(port, path);
    if (isSo(text)) return text;
    assert.ok(tries < 1000, `it is not told: ${text}`);
    await delay(20);
  }
}

const routes = (url: string, name: string) => `
http:
  routers: { ${name}: { rule: "PathPrefix(\`/\`)", service: hello, entryPoints: [web] } }
  services: { hello: { loadBalancer: { servers: [{ url: "${url}" }] } } }
`;

test('what all workers count is told to Prometheus, and what has gone no longer', async () => {
  const { listening, url } = await server();
  const [web, internal] = [await freePort(), await freePort()];
  await using program = new Program({
    'static.yml': `
log: { level: INFO, format: json }
dataDirectory: "{{folder}}/data"
workers: 2
entryPoints: { web: { address: "127.0.0.1:${web}" }, traefik: { address: "127.0.0.1:${internal}" } }
providers: { file: { filename: "{{folder}}/dynamic.yml" } }
metrics: { prometheus: { addRoutersLabels: true } }
`,
    'dynamic.yml': routes(url, 'first'),
  });
  await program.says(/Serving\./);
  for (let count = 0; count < 20; count++) assert.equal(await ask(web, '/'), 'hello');

  const labels = 'code="200",method="GET",protocol="http"';
  const first = `traefik_router_requests_total{${labels},router="first@file",service="hello@file"}`;
  // The one that asks; whether those before it have gone is known a moment later.
  const open = 'traefik_open_connections{entrypoint="traefik",protocol="TCP"}';
  const isTold = (text: string) => valueOf(text, first) === 20 && valueOf(text, open) === 1;
  const before = await telling(internal, '/metrics', isTold);
  assert.equal(valueOf(before, `traefik_service_responses_bytes_total{${labels},service="hello@file"}`), 100);
  assert.equal(valueOf(before, 'traefik_config_reloads_total'), 1);
  assert.equal(valueOf(before, 'fairlead_workers_replaced_total'), 0);
  assert.ok(valueOf(before, 'traefik_config_last_reload_success')! > 1_700_000_000);
  assert.ok(valueOf(before, 'process_cpu_seconds_total')! > 0);
  assert.ok(valueOf(before, 'fairlead_worker_busy_seconds_total{worker="1"}')! > 0);
  assert.doesNotMatch(before, /prometheus@internal/, 'what the program itself answers does not count');

  program.write('dynamic.yml', routes(url, 'second'));
  await program.says(/added router second@file/);
  assert.equal(valueOf(await ask(internal, '/metrics'), first), 20);
  await telling(internal, '/metrics', (text) => valueOf(text, first) === undefined);
  listening.close();
});

test('where routing is left to people, every path leads to the metrics', async () => {
  const web = await freePort();
  await using program = new Program({
    'static.yml': `
log: { level: INFO, format: json }
dataDirectory: "{{folder}}/data"
workers: 1
entryPoints: { web: { address: "127.0.0.1:${web}" } }
providers: { file: { filename: "{{folder}}/dynamic.yml" } }
metrics: { prometheus: { manualRouting: true }, addInternals: true }
`,
    'dynamic.yml': `
http: { routers: { mine: { rule: "Path(\`/numbers\`)", service: prometheus@internal } } }
`,
  });
  await program.says(/Serving\./);
  assert.match(await ask(web, '/metrics'), /^404/);
  const labels = 'code="200",method="GET",protocol="http",service="prometheus@internal"';
  await telling(
    web,
    '/numbers',
    (text) => valueOf(text, `traefik_service_requests_total{${labels}}`) !== undefined,
  );
});
