/** Servers with TLS choose what is spoken with them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { after, test } from 'node:test';
import { Pki } from '../../tls/pki.ts';
import { freePort } from '../../../examples/demo/ports.ts';
import { Rig } from '../rig.ts';

const pki = new Pki();
after(() => pki[Symbol.dispose]());
const pair = pki.issue('server', { san: 'IP:127.0.0.1' });

interface Answerable {
  readonly httpVersion: string;
}

const answer = (request: Answerable, response: { end(text: string): void }) =>
  response.end(`spoken: ${request.httpVersion}`);

interface Terms {
  readonly disableHTTP2?: boolean;
  readonly clock?: () => number;
}

async function behind(server: Server, { clock, ...transport }: Terms = {}) {
  const sockets = new Set<Socket>();
  server.on('secureConnection', (socket: Socket) => void sockets.add(socket));
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const rig = await Rig.start({
    ...(clock && { clock }),
    url: `https://127.0.0.1:${port}`,
    transport: { disableHTTP2: false, rootCAs: [pki.ca.cert], ...transport },
  });
  const close = async () => {
    await rig[Symbol.asyncDispose]();
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { rig, sockets, [Symbol.asyncDispose]: close };
}

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n';

async function several(rig: Rig): Promise<string> {
  const texts = await Promise.all([rig.exchange(get), rig.exchange(get), rig.exchange(get)]);
  const bodies = new Set(texts.map((text) => /spoken: [\d.]+/.exec(text)?.[0]));
  assert.equal(bodies.size, 1, texts.join('\n'));
  return [...bodies][0] ?? '';
}

test('a server that offers HTTP/2 gets it, all in one connection', async () => {
  await using scene = await behind(createSecureServer({ ...pair, allowHTTP1: true }, answer));
  assert.equal(await several(scene.rig), 'spoken: 2.0');
  assert.equal(scene.sockets.size, 1);
});

test('a server that does not know HTTP/2 is spoken to in HTTP/1.1, and none of its connections is wasted', async () => {
  await using scene = await behind(createServer(pair, answer));
  assert.equal(await several(scene.rig), 'spoken: 1.1');
  assert.equal(await several(scene.rig), 'spoken: 1.1');
  assert.equal(scene.sockets.size, 3);
});

test('a server that chose HTTP/1.1 is asked again after a while', async () => {
  let now = 1000;
  const old = createServer({ ...pair }, answer);
  await using scene = await behind(old, { clock: () => now });
  assert.equal(await several(scene.rig), 'spoken: 1.1');
  const { port } = old.address() as AddressInfo;
  for (const socket of scene.sockets) socket.destroy();
  old.close();
  await once(old, 'close');
  const renewed = createSecureServer({ ...pair, allowHTTP1: true }, answer).listen(port, '127.0.0.1');
  renewed.on('secureConnection', (socket: Socket) => void scene.sockets.add(socket));
  await once(renewed, 'listening');
  now += 60_000;
  scene.rig.wheel.advance();
  assert.equal(await several(scene.rig), 'spoken: 1.1', 'not with every request');
  now += 300_000;
  scene.rig.wheel.advance();
  assert.equal(await several(scene.rig), 'spoken: 2.0');
  renewed.close();
});

test('`disableHTTP2` holds', async () => {
  await using scene = await behind(createSecureServer({ ...pair, allowHTTP1: true }, answer), {
    disableHTTP2: true,
  });
  assert.equal(await several(scene.rig), 'spoken: 1.1');
});

test('a switch of protocols is asked for in HTTP/1.1', async () => {
  const server = createSecureServer({ ...pair, allowHTTP1: true }, answer);
  server.on('upgrade', (_request, socket: Socket) =>
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello'),
  );
  await using scene = await behind(server);
  assert.equal(await several(scene.rig), 'spoken: 2.0');
  const client = await scene.rig.client();
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  assert.match(await client.until(/hello/), /^HTTP\/1\.1 101 /);
});

test('a server whose certificate is refused fails all who wait, and says why', async () => {
  const other = new Pki();
  const strange = other.issue('server', { san: 'IP:127.0.0.1' });
  await using scene = await behind(createSecureServer({ ...strange, allowHTTP1: true }, answer));
  const texts = await Promise.all([scene.rig.exchange(get), scene.rig.exchange(get)]);
  for (const text of texts) assert.match(text, /^HTTP\/1\.1 500 /);
  other[Symbol.dispose]();
});
