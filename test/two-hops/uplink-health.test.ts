import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ask, askUntil } from './client.ts';
import { join } from './pairing-control.ts';
import { PairingNodes } from './pairing-nodes.ts';

/** It answers with its name, and to `/live` how it is. */
class Patient implements AsyncDisposable {
  status = 200;
  /** What the probes have asked for. */
  readonly probes: string[] = [];
  readonly #server;

  constructor(name: string) {
    this.#server = createServer(({ url, headers }, response) => {
      if (url !== '/live') return void response.end(name);
      this.probes.push(String(headers['user-agent']));
      response.writeHead(this.status).end();
    });
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get service(): object {
    const { port } = this.#server.address() as AddressInfo;
    return { loadBalancer: { servers: [{ url: `http://127.0.0.1:${port}` }] } };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Both uplinks lead to one server; one of the two is to be checked. */
const offering = ({ service }: Patient) => ({
  uplinks: { shop: { healthCheck: { path: '/live', interval: '500ms' } }, blog: {} },
  routers: { all: { rule: 'PathPrefix(`/`)', service: 'one', uplinks: ['shop', 'blog'] } },
  services: { one: service },
});

const routers = Object.fromEntries(
  ['shop', 'shop-east', 'blog-east'].map((name) => [
    name,
    { rule: `Host(\`${name}.test\`)`, service: `${name}@multicluster` },
  ]),
);

test('an uplink that is ill on one child is served by another, alone and for as long', {
  timeout: 600_000,
}, async () => {
  await using nodes = new PairingNodes();
  await using ill = await new Patient('east').listen();
  await using well = await new Patient('west').listen();
  const [east, west, parent] = await Promise.all([
    nodes.start({ name: 'east', http: offering(ill) }),
    nodes.start({ name: 'west', http: offering(well) }),
    nodes.start({ name: 'parent', http: { routers } }),
  ]);
  for (const child of [east, west]) await join(parent, child);
  const at = (name: string) => ({ port: parent.web, headers: { Host: `${name}.test` } });
  const servers = async () =>
    new Set(await Promise.all([1, 2, 3, 4].map(async () => (await ask(at('shop'))).body)));
  const servedBy = async (...names: readonly string[]) => {
    let last = await servers();
    for (let times = 0; times < 4000 && !isDeepStrictEqual(last, new Set(names)); times++) {
      await sleep(25);
      last = await servers();
    }
    assert.deepEqual(last, new Set(names));
  };
  assert.equal((await askUntil(at('shop-east'), 200)).body, 'east');
  await servedBy('east', 'west');
  ill.status = 500;
  assert.equal((await askUntil(at('shop-east'), 503)).status, 503);
  // Each service that leads there is checked by itself.
  await servedBy('west');
  assert.equal((await ask(at('blog-east'))).body, 'east');
  ill.status = 200;
  assert.equal((await askUntil(at('shop-east'), 200)).status, 200);
  await servedBy('east', 'west');
  assert.deepEqual(new Set(ill.probes), new Set(['fairlead-health']));
});
