import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { ok, Rig, scripted } from './rig.ts';

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n';
const mebibyte = Buffer.alloc(1_048_576, 'x');

/** Writes as much as the other side takes, and counts it. */
class Flood {
  sent = 0;
  readonly #socket: Socket;
  readonly #limit: number;

  constructor(socket: Socket, limit: number) {
    this.#socket = socket;
    this.#limit = limit;
    socket.on('drain', () => this.pour());
  }

  pour(): void {
    while (this.sent < this.#limit) {
      this.sent += mebibyte.length;
      if (!this.#socket.write(mebibyte)) return;
    }
  }
}

/** Until nothing has moved for a while. */
async function settled(flood: Flood): Promise<void> {
  for (let before = -1; before !== flood.sent; ) {
    before = flood.sent;
    await new Promise((done) => setTimeout(done, 200));
  }
}

test('a client that does not read holds the server back', async () => {
  const bytes = 200 * mebibyte.length;
  let flood: Flood | undefined;
  const server = scripted((_, socket) => {
    flood = new Flood(socket, bytes);
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`);
    flood.pour();
    return undefined;
  });
  await using rig = await Rig.start({ server });
  const client = await rig.client();
  client.socket.pause();
  client.send(get);
  while (flood === undefined) await new Promise(setImmediate);
  await settled(flood);
  assert.ok(flood.sent < 40 * mebibyte.length, `${flood.sent} bytes were taken`);
  let received = 0;
  client.socket.removeAllListeners('data');
  client.socket.on('data', (text: string) => {
    received += text.length;
  });
  client.socket.resume();
  await once(client.socket, 'end');
  assert.ok(received > bytes);
});

test('a client that asks and asks but does not read is not heard for long', async () => {
  let answers = 0;
  const server = scripted(() => {
    answers++;
    return ok('x'.repeat(10_000));
  });
  await using rig = await Rig.start({ server });
  const client = await rig.client();
  client.socket.pause();
  const request = 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n';
  client.send(request.repeat(10_000));
  for (let before = -1; before !== answers; ) {
    before = answers;
    await new Promise((done) => setTimeout(done, 200));
  }
  assert.ok(answers < 4000, `${answers} answers wait`);
  client.socket.resume();
  while (answers < 10_000) await once(client.socket, 'data');
});

test('a server that does not read holds the client back', async () => {
  const bytes = 200 * mebibyte.length;
  await using rig = await Rig.start({ server: (socket) => void socket.pause() });
  const client = await rig.client();
  const flood = new Flood(client.socket, bytes);
  client.send(`POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${bytes}\r\n\r\n`);
  flood.pour();
  await settled(flood);
  assert.ok(flood.sent < 40 * mebibyte.length, `${flood.sent} bytes were taken`);
  let received = 0;
  const [server] = rig.servers;
  server!.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > bytes) server!.end(ok());
  });
  server!.resume();
  await client.until(/200 OK[^]*ok$/);
});

test('large bodies arrive byte for byte, also when reader and writer are of different speed', async () => {
  const text = Array.from({ length: 400_000 }, (_, index) => index.toString(36)).join(' ');
  const server = scripted(() => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  await using rig = await Rig.start({ server });
  const clients = await Promise.all(Array.from({ length: 8 }, () => rig.client()));
  const bodies = clients.map(async (client, index) => {
    client.send(get);
    const pauses = setInterval(() => {
      client.socket.pause();
      setTimeout(() => client.socket.resume(), index);
    }, 5);
    const answer = await client.untilClosed();
    clearInterval(pauses);
    return answer.slice(answer.indexOf('\r\n\r\n') + 4);
  });
  for (const body of await Promise.all(bodies)) assert.ok(body === text);
});

test('a fault in a layer costs one response', async () => {
  const layer = {
    onResponse: () => {
      throw new Error('a fault');
    },
  };
  await using rig = await Rig.start({
    server: scripted(() => ok()),
    handler: (next) => ({
      handle: (exchange) => {
        if (exchange.request.path === '/bad') exchange.pushLayer(layer);
        next.handle(exchange);
      },
    }),
  });
  const answer = await rig.exchange('GET /bad HTTP/1.1\r\nHost: a.test\r\n\r\n' + get);
  assert.match(answer, /^HTTP\/1\.1 500 [^]*Internal Server ErrorHTTP\/1\.1 200 [^]*ok$/);
});
