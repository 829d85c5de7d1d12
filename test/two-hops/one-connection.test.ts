/** What the hop between parent and child carries, and on how many connections. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { ask, askUntil } from './client.ts';
import { Network } from './network.ts';
import { Nodes } from './nodes.ts';
import { WebSocketClient } from './web-socket-client.ts';

const host = { Host: 'shop.test' };
const many = 40;

describe('the hop from a parent to its child', { timeout: 300_000 }, () => {
  const opened = new AsyncDisposableStack();
  const waiting: ServerResponse[] = [];
  const server = createServer(({ url }, response) => {
    if (url === '/wait') waiting.push(response);
    else response.end('here');
    if (waiting.length === many) for (const each of waiting) each.end('at last');
  });
  server.on('upgrade', (_, socket: Socket) => {
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nwelcome ',
    );
    socket.on('data', (bytes) => {
      if (String(bytes) === 'quit') socket.end('BYE');
      else socket.write(String(bytes).toUpperCase());
    });
  });
  let way: Network;
  let web = 0;

  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    opened.defer(() => server.close().closeAllConnections());
    const nodes = opened.use(await Nodes.open());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const shop = { rule: 'PathPrefix(`/`)', service: 'shop', uplinks: ['shop'] };
    const services = { shop: { loadBalancer: { servers: [{ url }] } } };
    const child = await nodes.start({
      name: 'child',
      http: { uplinks: { shop: {} }, routers: { shop }, services },
    });
    way = opened.use(await new Network({ port: child.uplink, delayMs: 0 }).listen());
    const front = { rule: 'Host(`shop.test`)', service: 'shop@multicluster' };
    const parent = await nodes.start({
      name: 'parent',
      http: { routers: { front } },
      children: { child: way.address },
    });
    web = parent.web;
    await askUntil({ port: web, headers: host }, 200);
  });

  after(() => opened.disposeAsync());

  test('is shared by requests that run at once: it is HTTP/2', async () => {
    const before = way.connections;
    const asked = Array.from({ length: many }, () => ask({ port: web, path: '/wait', headers: host }));
    for (const { status, body } of await Promise.all(asked))
      assert.deepEqual([status, body], [200, 'at last']);
    // Each worker of the parent has its own, and while one is being made the list may be asked for.
    assert.ok(way.connections - before < many / 2, `${way.connections - before} connections`);
  });

  test('carries WebSockets of clients that speak HTTP/2 to a server that does not', async () => {
    const before = way.connections;
    using client = new WebSocketClient(web);
    const sockets = await Promise.all(Array.from({ length: 8 }, () => client.open('shop.test')));
    for (const { stream, status } of sockets) {
      assert.equal(status, 200);
      let received = '';
      stream.on('data', (text: string) => (received += text));
      stream.write('hello');
      while (received !== 'welcome HELLO') await once(stream, 'data');
      stream.write('quit');
      await once(stream, 'end');
      assert.equal(received, 'welcome HELLOBYE');
    }
    assert.ok(way.connections - before < sockets.length, `${way.connections - before} connections`);
  });
});
