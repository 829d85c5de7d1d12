import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Rig } from './rig.ts';

const aborts = 10_000;
/** No more than a listener keeps waiting: what is turned away tries again a second later. */
const atOnce = 400;
/** No time limit shall do what the end of a client has to do. */
const patient = { readTimeoutMs: 0, idleTimeoutMs: 0 };

/** How far an answer gets before its client goes away. */
const answers = [
  '',
  'HTTP/1.1 200 OK\r\nContent-Le',
  'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nbeginning',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
];
/** How far a request gets. */
const requests = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbeginning',
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n',
];

/** A server that knows how many connections it has, and wakes whoever waits for requests. */
class Counted {
  readonly #open = new Set<Socket>();
  #accepted = 0;
  #wake = () => {};

  readonly serve = (socket: Socket): void => {
    this.#open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#open.delete(socket));
    socket.once('data', () => {
      socket.write(answers[this.#accepted++ % answers.length]!);
      this.#wake();
    });
    socket.on('end', () => socket.end()).resume();
  };

  /** Waits until so many requests have come. */
  async heard(accepted: number): Promise<void> {
    while (this.#accepted < accepted) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  get open(): number {
    return this.#open.size;
  }
}

const handles = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;

test('ten thousand clients that go away leave nothing behind, here or at the server', {
  timeout: 600_000,
}, async () => {
  const server = new Counted();
  let now = 0;
  await using rig = await Rig.start({ server: server.serve, settings: patient, clock: () => now });
  const before = handles();
  for (let gone = 0; gone < aborts; gone += atOnce) {
    const clients = Array.from({ length: atOnce }, (_, index) =>
      begin(rig.port, requests[(index >> 2) % requests.length]!),
    );
    await server.heard(gone + atOnce);
    const closed = clients.map((client) => once(client, 'close'));
    clients.forEach((client, index) => (index % 2 === 0 ? client.destroy() : client.resetAndDestroy()));
    await Promise.all(closed);
    // Of a client that only said that it sends no more, nothing is heard but that it stays silent.
    for (; server.open > 0; await turn()) {
      now += 100;
      rig.wheel.advance();
    }
  }
  const endMs = performance.now() + 60_000;
  while (handles() > before && performance.now() < endMs) await turn();
  assert.ok(handles() <= before, `${handles()} handles instead of ${before}`);
});

function begin(port: number, request: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}).resume();
  socket.write(request);
  return socket;
}
