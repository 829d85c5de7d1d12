/** Certificates and authorities made by hand, replaced on the disks of parent and child while requests run. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { type Issued, Pki } from '../tls/pki.ts';
import { ask, askUntil } from './client.ts';
import { EchoServer } from './echo-server.ts';
import { Nodes, type RunningNode } from './nodes.ts';

/** Nothing here needs more than two seconds, unless the machine is busy with other things. */
const pickedUpMs = 10_000;
const host = { Host: 'shop.test' };

/** Requests one after the other at the front door, until told otherwise. */
class Load {
  readonly failed: string[] = [];
  asked = 0;
  #isOver = false;
  readonly #running: Promise<unknown>;

  constructor(port: number) {
    this.#running = Promise.all(Array.from({ length: 3 }, () => this.#run(port)));
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(port: number): Promise<void> {
    while (!this.#isOver) {
      this.asked += 1;
      const outcome = await ask({ port, headers: host }).then(
        ({ status, body }) => (status === 200 ? undefined : `${status} ${body}`),
        (error: Error) => error.message,
      );
      if (outcome !== undefined) this.failed.push(outcome);
      await sleep(5);
    }
  }
}

interface Met {
  /** What the child shows; undefined when it does not let the client in. */
  readonly shown: X509Certificate | undefined;
}

/** How the child meets a parent with these credentials. */
function meet(port: number, { cert, key }: Issued): Promise<Met> {
  const { promise, resolve } = Promise.withResolvers<Met>();
  const socket = tls.connect({ port, host: '127.0.0.1', cert, key, rejectUnauthorized: false });
  socket.write('GET /api/uplinks HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.once('data', () => {
    resolve({ shown: socket.getPeerX509Certificate() });
    socket.destroy();
  });
  socket.on('error', () => {}).once('close', () => resolve({ shown: undefined }));
  return promise;
}

/** Resolves with how long it took. */
async function pickedUp(isSo: () => Promise<boolean>, what: string): Promise<number> {
  const startMs = performance.now();
  while (!(await isSo())) {
    assert.ok(performance.now() - startMs < pickedUpMs, `${what} within ${pickedUpMs} ms`);
    await sleep(50);
  }
  return performance.now() - startMs;
}

test('leaf and authority are replaced on disk under load: picked up within seconds, no request lost', {
  timeout: 300_000,
}, async (context) => {
  await using nodes = await Nodes.open();
  await using server = await new EchoServer('one').listen();
  using next = new Pki();
  const file = (name: string, text: string) => writeFileSync(path.join(nodes.folder, name), text);
  const put = (name: string, { cert, key }: Issued) => {
    file(`${name}.crt`, cert);
    file(`${name}.key`, key);
  };
  const before = { ...nodes.credentials, certFile: '', keyFile: '' };
  const child = await nodes.start({
    name: 'child',
    http: {
      routers: { shop: { rule: 'PathPrefix(`/`)', service: 'shop', uplinks: ['shop'] } },
      services: { shop: { loadBalancer: { servers: [{ url: server.url }] } } },
    },
  });
  const parent = await startParent(nodes, child);
  const load = new Load(parent.web);
  const nextChild = next.issue('child-2', { san: 'IP:127.0.0.1', usage: 'serverAuth' });
  const nextParent = next.issue('parent-2', { usage: 'clientAuth' });

  file('ca.crt', before.ca + next.ca.cert);
  const both = await pickedUp(
    async () => (await meet(child.uplink, nextParent)).shown !== undefined,
    'the child trusts the next authority',
  );
  put('child', nextChild);
  put('parent', nextParent);
  const leaf = await pickedUp(
    async () => (await meet(child.uplink, nextParent)).shown?.subject === 'CN=child-2',
    'the child shows its next certificate',
  );
  // The parent has as long to take up its own.
  await sleep(pickedUpMs - leaf);
  file('ca.crt', next.ca.cert);
  const alone = await pickedUp(
    async () => (await meet(child.uplink, before)).shown === undefined,
    'the child has forgotten the old authority',
  );
  const asked = load.asked;
  await pickedUp(() => Promise.resolve(load.asked > asked + 100), 'requests go on');
  await load.end();
  assert.deepEqual(load.failed, []);
  const times = [both, leaf, alone].map((ms) => `${Math.round(ms)} ms`).join(', ');
  context.diagnostic(`picked up after ${times}; ${load.asked} requests, none lost`);
});

async function startParent(nodes: Nodes, child: RunningNode): Promise<RunningNode> {
  const parent = await nodes.start({
    name: 'parent',
    http: { routers: { front: { rule: 'Host(`shop.test`)', service: 'shop@multicluster' } } },
    children: { child: child.uplinkAddress },
  });
  assert.equal((await askUntil({ port: parent.web, headers: host }, 200)).status, 200);
  return parent;
}
