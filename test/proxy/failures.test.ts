import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { ok, Rig, scripted } from './rig.ts';

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n';
const answered = (text: string) => (socket: Socket) => scripted(() => text)(socket);

const broken: [string, string, number][] = [
  ['no status', 'HTTP/1.1 OK\r\n\r\n', 500],
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 500],
  [
    'both lengths',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    500,
  ],
  ['a length twice', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na', 500],
  ['a folded field', 'HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n', 500],
  ['bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 0\n\n', 500],
  ['an unasked switch', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n', 500],
];
for (const [what, text, status] of broken) {
  test(`a server that answers with ${what}: ${status}`, async () => {
    await using rig = await Rig.start({ server: answered(text) });
    assert.match(
      await rig.exchange(get),
      new RegExp(`^HTTP/1\\.1 ${status} [^]*\r\n\r\nInternal Server Error$`),
    );
  });
}

test('a server that switches to what it was not offered, or does not say to what: 500', async () => {
  const request = get.replace('Connection: close', 'Connection: Upgrade\r\nUpgrade: a, b');
  for (const [field, status] of [
    ['Upgrade: B\r\n', 101],
    ['Upgrade: c\r\n', 500],
    ['', 500],
  ] as const) {
    await using rig = await Rig.start({
      server: answered(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n${field}\r\n`),
    });
    const client = await rig.client();
    client.send(request);
    await client.until(new RegExp(`^HTTP/1\\.1 ${status} `));
  }
});

test('a server that switches before it has the whole request: 500', async () => {
  const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: a\r\n\r\n';
  const server = (socket: Socket) => void socket.once('data', () => socket.write(switching));
  await using rig = await Rig.start({ server });
  const client = await rig.client();
  const fields = 'Host: a\r\nConnection: Upgrade\r\nUpgrade: a\r\nContent-Length: 10';
  client.send(`POST / HTTP/1.1\r\n${fields}\r\n\r\nhello`);
  await client.until(/^HTTP\/1\.1 500 /);
});

test('a server that closes without an answer: 502', async () => {
  await using rig = await Rig.start({ server: scripted((_, socket) => void socket.end()) });
  assert.match(await rig.exchange(get), /^HTTP\/1\.1 502 [^]*\r\n\r\nBad Gateway$/);
});

test('a server that nobody listens for: 502', async () => {
  await using rig = await Rig.start({ url: 'http://127.0.0.1:1' });
  assert.match(await rig.exchange(get), /^HTTP\/1\.1 502 [^]*\r\n\r\nBad Gateway$/);
});

test('a server that does not answer in time: 504', async () => {
  await using rig = await Rig.start({
    server: scripted(() => undefined),
    transport: { responseHeaderTimeoutMs: 100 },
  });
  assert.match(await rig.exchange(get), /^HTTP\/1\.1 504 [^]*\r\n\r\nGateway Timeout$/);
});

/** A client whose next request meets a connection to the server that dies as soon as anything comes. */
async function metDying() {
  let requests = 0;
  const server = scripted((_, socket) => {
    if (++requests !== 2) return ok();
    socket.destroy();
    return undefined;
  });
  const rig = await Rig.start({ server });
  const client = await rig.client();
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await client.until(/ok$/);
  return { rig, client, requests: () => requests };
}

test('a request without a body that meets a dying idle connection gets a fresh one', async () => {
  const { rig, client, requests } = await metDying();
  await using _ = rig;
  client.send(get);
  await client.until(/ok[^]*ok$/);
  assert.equal(requests(), 3);
});

test('a body that was sent is never sent again', async () => {
  const { rig, client, requests } = await metDying();
  await using _ = rig;
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\na');
  await client.until(/502 Bad Gateway/);
  assert.equal(requests(), 2);
});

test('an idle connection that the server closes is not used again', async () => {
  await using rig = await Rig.start({ server: scripted(() => ok()) });
  const client = await rig.client();
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await client.until(/ok$/);
  rig.servers[0]!.end();
  await once(rig.servers[0]!, 'close');
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\na');
  await client.until(/ok[^]*ok$/);
  assert.equal(rig.servers.length, 2);
});

test('an idle connection ends before the server has said it would', async () => {
  const server = scripted(() => 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok');
  await using rig = await Rig.start({ server });
  const client = await rig.client();
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await client.until(/ok$/);
  client.send(get);
  await client.untilClosed();
  assert.equal(rig.servers.length, 2);
});

test('a client that does not finish its request in time is turned away', async () => {
  await using rig = await Rig.start({ server: scripted(() => ok()), settings: { readTimeoutMs: 1000 } });
  assert.equal(await rig.exchange('GET / HTTP/1.1\r\n'), '');
  const slow = await rig.exchange('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\na');
  assert.match(slow, /^HTTP\/1\.1 408 /);
});

test('a connection that is idle for too long is closed', async () => {
  await using rig = await Rig.start({ server: scripted(() => ok()), settings: { idleTimeoutMs: 200 } });
  assert.match(await rig.exchange('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'), /ok$/);
});

test('the last request a connection is good for says so', async () => {
  await using rig = await Rig.start({ server: scripted(() => ok()), settings: { keepAliveMaxRequests: 2 } });
  const answer = await rig.exchange('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'.repeat(2));
  assert.equal(answer.match(/200 OK/g)?.length, 2);
  assert.equal(answer.match(/Connection: close/g)?.length, 1);
});

test('a handler that throws is a 500, and the connection goes on', async () => {
  await using rig = await Rig.start({
    handler: () => ({
      handle: () => {
        throw new Error('a fault');
      },
    }),
  });
  const client = await rig.client();
  client.send('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
  await client.until(/^HTTP\/1\.1 500 [^]*Internal Server Error$/);
  client.send(get);
  await client.untilClosed();
  assert.equal(client.received.match(/ 500 /g)?.length, 2);
});

test('a small body that nobody read does not spoil the connection', async () => {
  await using rig = await Rig.start({
    handler: () => ({ handle: (exchange) => exchange.reply(404, [], 'no') }),
  });
  const client = await rig.client();
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhel');
  await client.until(/no$/);
  client.send('lo' + get);
  const answer = await client.untilClosed();
  assert.equal(answer.match(/ 404 /g)?.length, 2);
});

test('an early answer to a large upload reaches the client', async () => {
  const early = 'HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n';
  await using rig = await Rig.start({
    server: (socket) => void socket.once('data', () => socket.write(early)),
  });
  const client = await rig.client();
  client.send(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9000000\r\n\r\n${'x'.repeat(100_000)}`);
  assert.match(await client.untilClosed(), /^HTTP\/1\.1 413 [^]*Connection: close/);
});
