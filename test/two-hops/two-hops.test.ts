import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import { ask, askUntil, seen } from './client.ts';
import { EchoServer } from './echo-server.ts';
import { Nodes, type RunningNode } from './nodes.ts';

const behind = (server: EchoServer) => ({ loadBalancer: { servers: [{ url: server.url }] } });
const host = { Host: 'shop.test' };

/** What a child says that offers one server as `shop`. */
const offering = (server: EchoServer, uplink: object = {}, rule = 'PathPrefix(`/`)') => ({
  uplinks: { shop: uplink },
  routers: { shop: { rule, service: 'shop', uplinks: ['shop'] } },
  services: { shop: behind(server) },
});

const using = (service: string) => ({ routers: { front: { rule: 'Host(`shop.test`)', service } } });

describe('a parent and its children', { timeout: 600_000 }, () => {
  const servers = { east: new EchoServer('east'), west: new EchoServer('west') };
  let nodes: Nodes;
  let east: RunningNode;
  let west: RunningNode;
  let parent: RunningNode;

  before(async () => {
    nodes = await Nodes.open();
    await Promise.all([servers.east.listen(), servers.west.listen()]);
    [east, west] = await Promise.all([
      nodes.start({ name: 'east', http: offering(servers.east, { weight: 3 }) }),
      nodes.start({ name: 'west', http: offering(servers.west) }),
    ]);
    const children = { east: east.uplinkAddress, west: west.uplinkAddress };
    const routers = {
      front: { rule: 'Host(`shop.test`)', service: 'shop@multicluster' },
      west: { rule: 'Host(`west.test`)', service: 'shop-west@multicluster' },
      exact: { rule: 'Host(`exact.test`)', service: 'shop@east@multicluster' },
      unseen: { rule: 'Host(`unseen.test`)', service: 'later@multicluster' },
    };
    parent = await nodes.start({ name: 'parent', http: { routers }, children });
    for (const known of ['west.test', 'exact.test'])
      await askUntil({ port: parent.web, headers: { Host: known } }, 200);
  });

  after(async () => {
    await nodes[Symbol.asyncDispose]();
    await servers.east[Symbol.asyncDispose]();
    await servers.west[Symbol.asyncDispose]();
  });

  test('a request reaches the server with its path, its host and its client', async () => {
    const { url, headers } = await seen({
      port: parent.web,
      path: '/a%20b/c?d=e',
      headers: { ...host, 'Fairlead-Uplink': 'admin', 'X-Forwarded-For': '6.6.6.6' },
      from: '127.0.0.9',
    });
    assert.equal(url, '/a%20b/c?d=e');
    assert.equal(headers.host, 'shop.test');
    assert.equal(headers['fairlead-uplink'], undefined);
    assert.equal(String(headers['x-forwarded-for']).split(', ')[0], '127.0.0.9');
    assert.equal(headers['x-real-ip'], '127.0.0.9');
    assert.equal(headers['x-forwarded-proto'], 'http');
  });

  test('requests go to the children by the weights they ask for', async () => {
    const counts: Record<string, number> = {};
    for (let index = 0; index < 8; index += 1) {
      const { server } = await seen({ port: parent.web, headers: host });
      counts[server] = (counts[server] ?? 0) + 1;
    }
    assert.deepEqual(counts, { east: 6, west: 2 });
  });

  test('one child alone is reached by either form of its name', async () => {
    assert.equal((await seen({ port: parent.web, headers: { Host: 'west.test' } })).server, 'west');
    assert.equal((await seen({ port: parent.web, headers: { Host: 'exact.test' } })).server, 'east');
  });

  test('on the uplink port only a known uplink is served, and the list to whoever names none', async () => {
    const asParent = { port: east.uplink, tls: nodes.credentials };
    const named = (value: string) => ask({ ...asParent, headers: { 'Fairlead-Uplink': value } });
    assert.equal((await named('shop')).status, 200);
    assert.equal((await named('shop; hops=1')).status, 200);
    assert.equal((await named('unknown')).status, 404);
    assert.equal((await named('shop; hops=5')).status, 508);
    assert.equal((await ask(asParent)).status, 404);
    const list = await ask({ ...asParent, path: '/api/uplinks' });
    assert.equal(list.status, 200);
    const [shop, ...others] = JSON.parse(list.body);
    assert.deepEqual(others, []);
    assert.deepEqual(shop, {
      name: 'shop',
      entryPoints: ['uplink'],
      weight: 3,
      state: 'ready',
      servers: { up: 1, total: 1 },
      rules: ['PathPrefix(`/`)'],
    });
    for (const name of ['fairlead-node', 'fairlead-boot', 'fairlead-generation', 'fairlead-version'])
      assert.ok(list.headers[name], name);
    const again = await ask({
      ...asParent,
      path: '/api/uplinks',
      headers: { 'If-None-Match': String(list.headers.etag) },
    });
    assert.deepEqual([again.status, again.body], [304, '']);
  });

  test('the path of the list belongs to the server when an uplink is named', async () => {
    const { url } = await seen({ port: parent.web, path: '/api/uplinks', headers: host });
    assert.equal(url, '/api/uplinks');
  });

  test('whoever shows no certificate gets not one byte of HTTP', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    let bytes = 0;
    const socket = tls.connect({ host: '127.0.0.1', port: east.uplink, rejectUnauthorized: false });
    socket.on('secureConnect', () => socket.write('GET /api/uplinks HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('data', (chunk) => (bytes += chunk.length)).on('error', () => {});
    socket.on('close', () => resolve(bytes));
    assert.equal(await promise, 0);
  });

  test('an uplink nobody offers yet is 503 until a child offers it, and again when it is gone', async () => {
    const unseen = { port: parent.web, headers: { Host: 'unseen.test' } };
    assert.equal((await ask(unseen)).status, 503);
    assert.equal((await ask({ port: parent.web, headers: { Host: 'nobody.test' } })).status, 404);
    const now = offering(servers.west);
    west.change({
      ...now,
      routers: { ...now.routers, later: { rule: 'PathPrefix(`/`)', service: 'shop', uplinks: ['later'] } },
    });
    assert.equal((await askUntil(unseen, 200)).status, 200);
    west.change(now);
    assert.equal((await askUntil(unseen, 503)).status, 503);
  });

  test('an uplink whose name no parent would take is left out of the list, alone', async () => {
    const now = offering(servers.west);
    const route = { rule: 'PathPrefix(`/`)', service: 'shop' };
    const routers = {
      ...now.routers,
      bad: { ...route, uplinks: ['a b'] },
      new: { ...route, uplinks: ['new'] },
    };
    west.change({ ...now, routers });
    const list = { port: west.uplink, tls: nodes.credentials, path: '/api/uplinks' };
    await askUntil({ ...list, path: '/', headers: { 'Fairlead-Uplink': 'new' } }, 200);
    const names = JSON.parse((await ask(list)).body).map(({ name }: { name: string }) => name);
    assert.deepEqual(names, ['new', 'shop']);
    west.change(now);
  });

  test('a child that goes away takes nothing with it, and comes back by itself', async () => {
    await west.program[Symbol.asyncDispose]();
    for (let index = 0; index < 8; index += 1)
      assert.equal((await seen({ port: parent.web, headers: host })).server, 'east');
    const alone = { port: parent.web, headers: { Host: 'west.test' } };
    assert.equal((await ask(alone)).status, 502);
    west = await nodes.start({ name: 'west', http: offering(servers.west), ports: west });
    assert.equal((await askUntil(alone, 200)).status, 200);
  });
});

describe('the client as a child sees it', { timeout: 300_000 }, () => {
  test('rules see the real client, told by a verified parent and nobody else', async () => {
    await using nodes = await Nodes.open();
    await using server = await new EchoServer('one').listen();
    const child = await nodes.start({ name: 'child', http: offering(server, {}, 'ClientIP(`127.0.0.9`)') });
    const parent = await nodes.start({
      name: 'parent',
      http: using('shop@multicluster'),
      children: { child: child.uplinkAddress },
    });
    const question = { port: parent.web, headers: host, from: '127.0.0.9' };
    assert.equal((await askUntil(question, 200)).status, 200);
    assert.equal((await ask({ ...question, from: '127.0.0.8' })).status, 404);
  });
});

describe('two nodes that are each other’s child', { timeout: 300_000 }, () => {
  test('end a loop with 508', async () => {
    await using nodes = await Nodes.open();
    const ports = { a: await nodes.ports(), b: await nodes.ports() };
    const handOn = {
      routers: {
        front: { rule: 'Host(`shop.test`)', service: 'shop@multicluster' },
        uplink: { rule: 'PathPrefix(`/`)', service: 'shop@multicluster', uplinks: ['shop'] },
      },
    };
    const other = (one: keyof typeof ports) => ({ other: `https://127.0.0.1:${ports[one].uplink}` });
    const a = await nodes.start({ name: 'a', http: handOn, children: other('b'), ports: ports.a });
    await nodes.start({ name: 'b', http: handOn, children: other('a'), ports: ports.b });
    assert.equal((await askUntil({ port: a.web, headers: host }, 508)).status, 508);
  });
});
