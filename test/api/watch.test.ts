import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Surroundings } from '../../src/operations/surroundings.ts';
import type { Peer } from '../../src/model/peer.ts';
import type { Pairing } from '../../src/pairing/pairing.ts';
import type { RuntimeConfiguration } from '../../src/routing/control/runtime-configuration.ts';
import { EventStreams } from '../../src/surfaces/api/event-streams.ts';
import { api } from './api-for-tests.ts';

const path = '/uplink-entry-points/uplink';
const accept = 'text/event-stream, application/json;q=0.9';

function offering(...names: readonly string[]): RuntimeConfiguration {
  const uplinks = names.map((name) => ({
    exposedName: name,
    entryPoints: [name === 'elsewhere' ? 'other' : 'uplink'],
    options: { weight: 1 },
    rules: [],
    servers: 1,
  }));
  return { uplinks } as unknown as RuntimeConfiguration;
}

/** A node whose offer the test changes. */
class Node {
  readonly #listeners = new Set<() => void>();
  readonly stopping = new AbortController();
  runtime = offering('api');
  generation = 1;
  isDiscovering = false;

  get surroundings(): Partial<Surroundings> {
    return {
      runtime: () => this.runtime,
      generation: () => this.generation,
      isDiscovering: () => this.isDiscovering,
      onChange: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  change(...names: readonly string[]): void {
    this.runtime = offering(...names);
    this.generation += 1;
    for (const listener of this.#listeners) listener();
  }

  async serve(context: TestContext, more: Partial<Surroundings> = {}): Promise<string> {
    const { address } = await api(context, undefined, {
      ...this.surroundings,
      ...more,
      stopping: this.stopping.signal,
    });
    return `${address}${path}`;
  }
}

/** A stream as it comes in. */
class Reader {
  readonly response: IncomingMessage;
  #text = '';

  constructor(response: IncomingMessage) {
    this.response = response.setEncoding('utf8').on('data', (text) => (this.#text += text));
    response.on('error', () => {});
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<Reader> {
    const [response] = await once(get(url, { headers: { accept, ...headers }, agent: false }), 'response');
    return new Reader(response);
  }

  /** Resolves when that has come; the time-out of the test is its limit. */
  async until(text: string): Promise<string> {
    while (!this.#text.includes(text)) await once(this.response, 'data');
    return this.#text;
  }
}

const options = { timeout: 120_000 };

test('a reader hears the list first, and again when it changes', options, async (context) => {
  const node = new Node();
  const reader = await Reader.open(await node.serve(context));
  const { headers } = reader.response;
  assert.equal(headers['content-type'], 'text/event-stream');
  assert.deepEqual([headers['fairlead-node'], headers['fairlead-boot']], ['node-1', 'boot-1']);
  assert.equal(headers.etag, undefined);
  await reader.until('"name":"api"');
  node.change('api', 'elsewhere');
  node.change('api', 'shop');
  const events = (await reader.until('shop')).split('\n\n').filter((event) => event.startsWith('id:'));
  const read = events.map((event) => {
    const [, id, list] = /^id: (\d+)\ndata: (.*)$/.exec(event)!;
    return [Number(id), JSON.parse(list!).map(({ name }: { name: string }) => name)];
  });
  assert.deepEqual(read, [
    [1, ['api']],
    [3, ['api', 'shop']],
  ]);
});

test('a change that does not touch the list sends nothing but signs of life', options, async (context) => {
  const node = new Node();
  const reader = await Reader.open(await node.serve(context));
  await reader.until('"name":"api"');
  node.change('api', 'elsewhere');
  assert.equal((await reader.until(':\n\n:\n\n')).match(/^id:/gm)?.length, 1);
});

const front = { 'Fairlead-Peer': 'parent authority-1 front' };

test(
  'a parent is told once that its child wants a certificate, and nobody else is',
  options,
  async (context) => {
    const node = new Node();
    let wish: { parent: string } | undefined = { parent: 'authority-1' };
    const pairing = { wishOf: ({ id }: Peer) => (wish?.parent === id ? wish : undefined) } as Pairing;
    const address = await node.serve(context, { pairing });
    const parent = await Reader.open(address, front);
    const other = await Reader.open(address, { 'Fairlead-Peer': 'parent authority-2 back' });
    await parent.until('event: renew\ndata: {}\n\n');
    const text = await parent.until('}\n\n:\n\n:\n\n');
    assert.equal(text.match(/event: renew/g)?.length, 1);
    assert.doesNotMatch(await other.until(':\n\n:\n\n'), /renew/);
    const asked = async (headers: Record<string, string>) =>
      (await fetch(address, { headers })).headers.get('fairlead-renew');
    assert.deepEqual([await asked(front), await asked({})], ['wanted', null]);
    wish = undefined;
    assert.equal(await asked(front), null);
    wish = { parent: 'authority-1' };
    await parent.until(':\n\nevent: renew\ndata: {}\n\n');
  },
);

test('whoever does not ask for a stream is answered once', options, async (context) => {
  const { get } = await api(context, offering('api'));
  const { headers, json } = await get(path, { accept: 'application/json' });
  assert.equal(headers.get('content-type'), 'application/json');
  assert.equal((json as { name: string }[])[0]?.name, 'api');
});

test('while the node discovers it says so, to a stream as well', options, async (context) => {
  const { get } = await api(context, offering('api'), { isDiscovering: () => true });
  for (const accepted of [accept, 'application/json']) {
    const { status, headers, text } = await get(path, { accept: accepted });
    assert.deepEqual([status, headers.get('retry-after')], [503, '1']);
    assert.match(text, /still discovering/);
  }
});

test('streams end in good order when the node stops, and none begins then', options, async (context) => {
  const node = new Node();
  const address = await node.serve(context);
  const { response } = await Reader.open(address);
  node.stopping.abort();
  await once(response, 'end');
  assert.equal(response.complete, true);
  assert.equal((await Reader.open(address)).response.statusCode, 503);
  assert.equal(node.listeners, 0);
});

test('a reader who leaves is forgotten', options, async (context) => {
  const node = new Node();
  const { response } = await Reader.open(await node.serve(context));
  assert.equal(node.listeners, 1);
  response.destroy();
  while (node.listeners > 0) await new Promise(setImmediate);
});

/** Streams alone, behind a server that sends what the test says. */
async function streaming(context: TestContext, { streams, body }: { streams: EventStreams; body: string }) {
  let sent = 0;
  const fault = Promise.withResolvers<Error | undefined>();
  const answers = async function* () {
    for (let id = 1; ; id += 1) {
      yield { id, body, headers: {} };
      sent += 1;
      await new Promise(setImmediate);
    }
  };
  const server = createServer((_, response) => {
    streams
      .serve(response, { answers, aside: () => undefined })
      .then(() => fault.resolve(undefined), fault.resolve);
  });
  context.after(() => server.closeAllConnections());
  context.after(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, ended: fault.promise, sent: () => sent };
}

test('a reader who takes nothing is given up, and nothing piles up for him', options, async (context) => {
  const streams = new EventStreams({ stopping: new AbortController().signal, stallMs: 200, streamsMax: 1 });
  const server = await streaming(context, { streams, body: 'x'.repeat(1024 * 1024) });
  const socket = connect(server.port, '127.0.0.1').pause();
  context.after(() => socket.destroy());
  socket.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  while (!streams.isFull) await new Promise(setImmediate);
  assert.equal(await server.ended, undefined);
  assert.equal(streams.isFull, false);
  assert.ok(server.sent() < 32, `${server.sent()} MiB`);
});
