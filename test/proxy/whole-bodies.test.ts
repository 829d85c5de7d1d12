import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Exchange, Handler } from '../../src/model/exchange.ts';
import { ok, Rig, scripted } from './rig.ts';

const request = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: a.test\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
const echo = scripted((text) => ok(text.slice(text.indexOf('\r\n\r\n') + 4)));

/** Lets the exchange for `/held` wait until another one has been answered. */
class Holder {
  readonly #held = Promise.withResolvers<() => void>();

  /** Resolves when it waits. */
  get waits(): Promise<unknown> {
    return this.#held.promise;
  }

  hold(exchange: Exchange, goOn: () => void): 'taken' | undefined {
    if (exchange.request.path === '/held') this.#held.resolve(goOn);
    else exchange.onEnd({ onEnd: () => void this.#held.promise.then((release) => release()) });
    return exchange.request.path === '/held' ? 'taken' : undefined;
  }
}

const bodyOf = (answer: string) => answer.slice(answer.indexOf('\r\n\r\n') + 4);

test('a small request that waits keeps its body while others are read', async () => {
  const holder = new Holder();
  const handler = (next: Handler): Handler => ({
    handle(exchange) {
      if (holder.hold(exchange, () => next.handle(exchange)) === undefined) next.handle(exchange);
    },
  });
  await using rig = await Rig.start({ server: echo, handler });
  const held = rig.exchange(request('/held', 'a'.repeat(500)));
  await holder.waits;
  assert.equal(bodyOf(await rig.exchange(request('/', 'b'.repeat(700)))), 'b'.repeat(700));
  assert.equal(bodyOf(await held), 'a'.repeat(500));
});

test('a small response that waits keeps its body while others are read', async () => {
  const holder = new Holder();
  const handler = (next: Handler): Handler => ({
    handle(exchange) {
      const layer = { onResponse: () => holder.hold(exchange, () => exchange.resume(layer)) };
      exchange.pushLayer(layer);
      next.handle(exchange);
    },
  });
  await using rig = await Rig.start({ server: echo, handler });
  const held = rig.exchange(request('/held', 'a'.repeat(500)));
  await holder.waits;
  assert.equal(bodyOf(await rig.exchange(request('/', 'b'.repeat(700)))), 'b'.repeat(700));
  assert.equal(bodyOf(await held), 'a'.repeat(500));
});

for (const size of [1, 1024, 1025, 16_385, 32_768, 32_769, 70_000]) {
  test(`bodies of ${size} bytes arrive as they were, both ways`, async () => {
    await using rig = await Rig.start({ server: echo });
    const body = Array.from({ length: size }, (_, index) => String.fromCharCode(33 + (index % 90))).join('');
    assert.equal(bodyOf(await rig.exchange(request('/', body))), body);
  });
}

test('answers of a few KiB that wait for their reader do not mix', async () => {
  let answers = 0;
  const server = scripted(() => ok(String.fromCharCode(97 + (answers++ % 26)).repeat(10_000)));
  await using rig = await Rig.start({ server });
  const client = await rig.client();
  client.socket.pause();
  const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n';
  client.send(`${get}\r\n`.repeat(999) + `${get}Connection: close\r\n\r\n`);
  for (let before = -1; before !== answers; ) {
    before = answers;
    await new Promise((done) => setTimeout(done, 50));
  }
  client.socket.resume();
  const bodies = (await client.untilClosed()).match(/(?<=\r\n\r\n)[a-z]+/g) ?? [];
  const expected = Array.from({ length: 1000 }, (_, index) =>
    String.fromCharCode(97 + (index % 26)).repeat(10_000),
  );
  assert.deepEqual(
    bodies.map((body) => `${body[0]}${body.length}`),
    expected.map((body) => `${body[0]}${body.length}`),
  );
  assert.deepEqual(new Set(bodies), new Set(expected));
});
