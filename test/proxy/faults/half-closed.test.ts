/** Clients that end their side after the request: some wait for the answer, most have gone. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ok, Rig, scripted } from '../rig.ts';

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\n';

const silent = (socket: Socket) => void socket.on('end', () => socket.end()).resume();

/** Sends a text and ends; gives all that comes. */
async function halfClosed(rig: Rig, text: string): Promise<string> {
  const client = await rig.client();
  client.socket.end(text);
  return client.untilClosed();
}

test('a client that has ended its side gets the answer to what it sent', async () => {
  const server = scripted((request, socket) => {
    setTimeout(() => socket.write(ok(request.split(' ')[0])), 200);
    return undefined;
  });
  await using rig = await Rig.start({ server });
  assert.match(await halfClosed(rig, get), /^HTTP\/1\.1 200 [^]*Connection: close\r\n\r\nGET$/);
  assert.match(await halfClosed(rig, `${post}body`), /^HTTP\/1\.1 200 [^]*Connection: close\r\n\r\nPOST$/);
});

test('it gets as many answers as it sent requests, and only the last one says that it is the last', async () => {
  await using rig = await Rig.start({ server: scripted((request) => ok(request.split(' ')[0])) });
  const answer = await halfClosed(rig, `${get}${post}body${get}`);
  assert.deepEqual(answer.match(/(?<=\r\n\r\n)[A-Z]+(?=HTTP|$)/g), ['GET', 'POST', 'GET']);
  assert.equal(answer.match(/Connection: close/g)?.length, 1);
});

test('a request whose end cannot come any more ends at the server, too', async () => {
  await using rig = await Rig.start({ server: silent });
  const client = await rig.client();
  client.send(`${post}bo`);
  while (rig.servers.length === 0) await new Promise(setImmediate);
  client.socket.end();
  await once(rig.servers[0]!, 'close');
  assert.equal(await client.untilClosed(), '');
});

test('half a head is no request', async () => {
  await using rig = await Rig.start({ server: silent });
  assert.equal(await halfClosed(rig, `${get}GET / HT`.slice(get.length)), '');
});

test('when the server stays silent, nobody waits for long', async () => {
  await using rig = await Rig.start({ server: silent });
  const client = await rig.client();
  client.socket.end(get);
  while (rig.servers.length === 0) await new Promise(setImmediate);
  const since = performance.now();
  await once(rig.servers[0]!, 'close');
  assert.ok(performance.now() - since < 15_000);
  assert.equal(await client.untilClosed(), '');
});

test('an answer that comes little by little comes to its end', async () => {
  const server = scripted((_, socket) => {
    void speakSlowly(socket);
    return 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  });
  await using rig = await Rig.start({ server });
  assert.match(await halfClosed(rig, get), /(?:1\r\n\d\r\n){6}0\r\n\r\n$/);
});

async function speakSlowly(socket: Socket): Promise<void> {
  for (let count = 0; count < 6; count++) {
    await pause(500);
    socket.write(`1\r\n${count}\r\n`);
  }
  socket.write('0\r\n\r\n');
}

test('the last answer reaches a client that takes its time', async () => {
  const bytes = 16_777_216;
  const server = scripted(() => ok('x'.repeat(bytes)));
  await using rig = await Rig.start({ server });
  const client = await rig.client();
  let received = 0;
  client.socket.removeAllListeners('data');
  client.socket.on('data', (text: string) => {
    received += text.length;
    client.socket.pause();
    setTimeout(() => client.socket.resume(), 12);
  });
  client.send(get.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
  await client.untilClosed();
  assert.ok(received > bytes, `${received} bytes`);
});
