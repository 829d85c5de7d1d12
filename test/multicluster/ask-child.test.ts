import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { askChild, type Outcome } from '../../src/providers/multicluster/ask-child.ts';
import { parseChildAddress } from '../../src/providers/multicluster/child-address.ts';
import type { Credentials } from '../../src/providers/multicluster/credentials.ts';
import type { ChildTransport } from '../../src/providers/multicluster/options.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { Pki } from '../tls/pki.ts';
import { transportOptions } from './options-for-tests.ts';
import { listing, type Script, ScriptedChild } from './scripted-child.ts';

interface Ask {
  readonly address: string;
  readonly transport?: Partial<ChildTransport>;
  readonly credentials?: Partial<Credentials>;
  readonly timeoutMs?: number;
  readonly etag?: string;
  readonly watch?: boolean;
}

function asking({ address, transport, credentials, timeoutMs = 60_000, etag, watch = false }: Ask) {
  return askChild({
    address: parseChildAddress(address)!,
    transport: transportOptions(transport),
    credentials: { rootCAs: [], certificates: [], ...credentials },
    timeoutMs,
    etag,
    watch,
    signal: new AbortController().signal,
  });
}

async function ask(asked: Ask): Promise<Outcome> {
  for await (const outcome of asking(asked)) return outcome;
  return assert.fail('no outcome');
}

async function failureOf(asked: Ask) {
  const reply = await ask(asked);
  assert.equal(reply.kind, 'failed');
  return reply.kind === 'failed' ? reply.failure : assert.fail();
}

async function answering(script: Script) {
  return new ScriptedChild(script).listen();
}

test('an answer brings the uplinks, its tag and who the child is', async () => {
  const headers = { etag: '"1"', 'fairlead-node': 'n1', 'fairlead-boot': 'b1' };
  await using child = await answering(listing([{ name: 'api', weight: 80 }], headers));
  assert.deepEqual(await ask({ address: child.address }), {
    kind: 'answer',
    answer: {
      uplinks: [{ name: 'api', weight: 80, state: 'ready' }],
      etag: '"1"',
      node: 'n1',
      boot: 'b1',
      isLive: false,
    },
  });
  assert.equal(child.requests[0]?.url, '/api/uplinks');
  assert.equal(child.requests[0]?.headers['fairlead-uplink'], undefined);
});

test('a list that has not changed is not sent again', async () => {
  await using child = await answering((request, response) => {
    response.writeHead(request.headers['if-none-match'] === '"7"' ? 304 : 500).end();
  });
  assert.deepEqual(await ask({ address: child.address, etag: '"7"' }), { kind: 'unchanged' });
});

const wrongAnswers: [what: string, script: Script, text: RegExp][] = [
  ['a 404', (_, response) => response.writeHead(404).end(), /answers 404/],
  ['a redirection', (_, response) => response.writeHead(302, { location: '/x' }).end(), /answers 302/],
  ['a 503', (_, response) => response.writeHead(503).end(), /answers 503/],
  [
    'HTML',
    (_, response) => response.setHeader('content-type', 'text/html').end('[]'),
    /of the type "text\/html"/,
  ],
  ['an object', (_, response) => json(response).end('{"uplinks":[]}'), /not a list of uplinks/],
  ['half of a document', (_, response) => json(response).end('[{"name":"a'), /cut off/],
  [
    'less than it announces',
    (_, response) =>
      json(response)
        .writeHead(200, { 'content-length': 900 })
        .write('[', () => response.destroy()),
    /closed the connection before its answer was complete/,
  ],
];

const json = (response: Parameters<Script>[1]) => response.setHeader('content-type', 'application/json');

test('an answer that cannot be used is told in words', async () => {
  for (const [what, script, text] of wrongAnswers) {
    await using child = await answering(script);
    const failure = await failureOf({ address: child.address });
    assert.match(failure.text, text, what);
    assert.ok(failure.remedy.length > 20, what);
  }
});

test('of 100 MB only what is allowed is read', async () => {
  const block = Buffer.alloc(64 * 1024, ' ');
  let sent = 0;
  const pour = (response: Parameters<Script>[1]) => {
    while (sent < 100 * 1024 * 1024 && !response.destroyed) {
      sent += block.length;
      if (!response.write(block)) return void response.once('drain', () => pour(response));
    }
    response.end();
  };
  await using child = await answering((_, response) => pour(json(response)));
  const failure = await failureOf({ address: child.address, timeoutMs: 60_000 });
  assert.equal(failure.text, 'its answer is larger than 4 MiB');
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes were taken`);
});

test('100 MB that are announced are not read at all', async () => {
  await using child = await answering((_, response) => {
    json(response)
      .writeHead(200, { 'content-length': 100 * 1024 * 1024 })
      .flushHeaders();
  });
  assert.equal((await failureOf({ address: child.address })).text, 'its answer is larger than 4 MiB');
});

test('a child that does not answer, or one byte at a time, is given up after the time-out', async () => {
  await using silent = await answering(() => {});
  assert.match((await failureOf({ address: silent.address, timeoutMs: 100 })).text, /within 0\.1 s/);
  await using slow = await answering((_, response) => {
    const timer = setInterval(() => response.write(' '), 20);
    json(response).on('close', () => clearInterval(timer));
  });
  assert.match((await failureOf({ address: slow.address, timeoutMs: 150 })).text, /within 0\.15 s/);
});

test('an address at which nobody listens is told', async () => {
  const failure = await failureOf({ address: `http://127.0.0.1:${await freePort()}` });
  assert.deepEqual([failure.code, failure.text], ['child-unreachable', 'nothing listens at its address']);
});

test('TLS to a port without it, and the reverse, is told', async () => {
  await using plain = await answering(listing([]));
  const failure = await failureOf({ address: plain.address.replace('http:', 'https:') });
  assert.match(failure.text, /does not speak TLS/);
  using authority = new Pki();
  const tls = authority.issue('child', { san: 'IP:127.0.0.1' });
  await using secure = await new ScriptedChild(listing([]), tls).listen();
  const reverse = await failureOf({ address: secure.address.replace('https:', 'http:') });
  assert.match(reverse.remedy, /https:\/\//);
});

test('an answer that is not HTTP is told', async () => {
  const server = net.createServer((socket) => socket.end('hello\n')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  const failure = await failureOf({ address: `http://127.0.0.1:${port}` });
  assert.match(failure.text, /not HTTP/);
  server.close();
});
