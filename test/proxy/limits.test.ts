/** How long and how large things may be, by a clock that the tests turn. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { serveHttp1 } from '../../src/proxy/http1/serve-http1.ts';
import { ok, Rig, type RigInit, scripted } from './rig.ts';

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n';
const silent = (socket: Socket) => void socket.on('end', () => socket.end()).resume();

/** A rig whose time goes by only when it is told to. */
async function timed(init: RigInit) {
  let now = 0;
  const rig = await Rig.start({ server: scripted(() => ok()), ...init, clock: () => now });
  const pass = (ms: number) => {
    now += ms;
    rig.wheel.advance();
  };
  return { rig, pass, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

test('a head that trickles in has as long as one that does not come', async () => {
  await using scene = await timed({ settings: { readTimeoutMs: 5000 } });
  const client = await scene.rig.client();
  for (const part of ['GET / HT', 'TP/1.1\r\n', 'Host: ', 'a.te']) {
    client.send(part);
    await scene.rig.arrival(client);
    scene.pass(1500);
  }
  assert.equal(await client.untilClosed(), '');
});

test('the head of a later request has its own time, from its first byte on', async () => {
  await using scene = await timed({ settings: { readTimeoutMs: 5000, idleTimeoutMs: 60_000 } });
  const client = await scene.rig.client();
  client.send(get);
  await client.until(/ok$/);
  scene.pass(30_000);
  client.send(get);
  await client.until(/ok[^]*ok$/);
  client.send(get.slice(0, 9));
  await scene.rig.arrival(client);
  scene.pass(4000);
  client.send(get.slice(9));
  await client.until(/ok[^]*ok[^]*ok$/);
  client.send(get.slice(0, 9));
  await scene.rig.arrival(client);
  scene.pass(6000);
  assert.equal((await client.untilClosed()).match(/200 OK/g)?.length, 3);
});

test('a body that trickles in is answered with 408, also in a later request', async () => {
  await using scene = await timed({ settings: { readTimeoutMs: 5000 } });
  const client = await scene.rig.client();
  client.send(get);
  await client.until(/ok$/);
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n');
  for (const byte of 'hell') {
    client.send(byte);
    await scene.rig.arrival(client);
    scene.pass(1500);
  }
  assert.match(await client.untilClosed(), /ok\w*HTTP\/1\.1 408 [^]*Connection: close\r\n/);
});

test('empty lines do not keep an idle connection open', async () => {
  await using scene = await timed({ settings: { idleTimeoutMs: 5000 } });
  const client = await scene.rig.client();
  client.send(get);
  await client.until(/ok$/);
  for (const part of ['\r\n', '\r', '\n\r\n', '\r\n']) {
    client.send(part);
    await scene.rig.arrival(client);
    scene.pass(1500);
  }
  await client.untilClosed();
});

test('an answer that takes longer than it may ends both connections', async () => {
  await using scene = await timed({ server: silent, settings: { writeTimeoutMs: 5000 } });
  const client = await scene.rig.client();
  client.send(get);
  while (scene.rig.servers.length === 0) await new Promise(setImmediate);
  scene.pass(6000);
  await once(scene.rig.servers[0]!, 'close');
  assert.equal(await client.untilClosed(), '');
});

test('a connection that is old enough says with its next answer that it ends', async () => {
  await using scene = await timed({ settings: { keepAliveMaxTimeMs: 5000 } });
  const client = await scene.rig.client();
  client.send(get);
  await client.until(/ok$/);
  assert.doesNotMatch(client.received, /Connection: close/);
  scene.pass(6000);
  client.send(get);
  assert.match(await client.untilClosed(), /ok[^]*Connection: close\r\n\r\nok$/);
});

test('the head of an answer may be large, but not without an end', async () => {
  const large = (bytes: number) => ok('ok', `X-Large: ${'x'.repeat(bytes)}\r\n`);
  for (const [bytes, status] of [
    [900_000, 200],
    [1_500_000, 500],
  ] as const) {
    await using rig = await Rig.start({ server: scripted(() => large(bytes)) });
    const client = await rig.client();
    client.send(get);
    await client.until(new RegExp(`^HTTP/1\\.1 ${status} [^]*(?:ok|Error)$`));
  }
});

test('trailers and extensions of chunks have limits, too', async () => {
  await using rig = await Rig.start({ server: scripted(() => ok()) });
  const post = 'POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n';
  assert.match(await rig.exchange(`${post}1;x=${'x'.repeat(5000)}`), /^HTTP\/1\.1 400 /);
  assert.match(await rig.exchange(`${post}0\r\nX: ${'x'.repeat(70_000)}`), /^HTTP\/1\.1 400 /);
});

test('a connection that drains answers what runs and says that it is the last; an idle one just ends', async () => {
  const connections: { drain(): void }[] = [];
  await using rig = await Rig.start({
    server: (socket) => void socket.on('error', () => {}).resume(),
    serve: (...given) => void connections.push(serveHttp1(...given)),
  });
  const busy = await rig.client();
  busy.send(get);
  while (rig.servers.length === 0) await new Promise(setImmediate);
  const idle = await rig.client();
  while (connections.length < 2) await new Promise(setImmediate);
  for (const connection of connections) connection.drain();
  assert.equal(await idle.untilClosed(), '');
  rig.servers[0]!.write(ok());
  assert.match(await busy.untilClosed(), /^HTTP\/1\.1 200 [^]*Connection: close\r\n\r\nok$/);
});
