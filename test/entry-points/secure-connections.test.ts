/** What becomes of a connection once TLS has been agreed on it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import type { Body, Exchange } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';
import { HeaderBlock } from '../../src/proxy/header-block.ts';
import { Pki } from '../tls/pki.ts';
import { type Listening, listening } from './listening.ts';

/** Breaks off when it has begun. */
const brokenBody: Body = {
  length: undefined,
  start(sink) {
    sink.write(Buffer.from('beginning'));
    setImmediate(() => sink.abort(new ProxyError('response-aborted', 'The server went away.')));
  },
  resume() {},
  cancel() {},
  buffer: () => Promise.resolve('too-large'),
};

function answer(exchange: Exchange): void {
  if (exchange.request.path !== '/broken') return exchange.reply(200, [], 'whole');
  const headers = new HeaderBlock();
  exchange.respond({ status: 200, headers, body: brokenBody, error: undefined, tunnel: undefined });
}

const pki = new Pki();
const pair = pki.issue('plum', { san: 'DNS:plum.example' });
let place: Listening;

before(async () => {
  place = await listening({ certificates: [pair], handler: { handle: answer } });
});
after(async () => {
  await place[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

async function connected(wish: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const socket = tls.connect({ port: place.port, host: '127.0.0.1', rejectUnauthorized: false, ...wish });
  await once(socket, 'secureConnect');
  return socket;
}

const get = (path: string, version = '1.1') =>
  `GET ${path} HTTP/${version}\r\nHost: plum.example\r\nConnection: close\r\n\r\n`;

async function answersStill(): Promise<void> {
  const socket = await connected();
  socket.end(get('/'));
  assert.match(Buffer.concat(await socket.toArray()).toString(), /whole$/);
}

test('a client that has sent its last request and half-closes gets its answer', answersStill);

test('requests one after the other are answered, the first of them with the last message of the handshake', async () => {
  const socket = tls.connect({ port: place.port, host: '127.0.0.1', rejectUnauthorized: false });
  socket.write('GET /1 HTTP/1.1\r\nHost: plum.example\r\n\r\n');
  await once(socket, 'data');
  socket.write(get('/2'));
  assert.match(Buffer.concat(await socket.toArray()).toString(), /^HTTP\/1\.1 200 [^]*whole$/);
});

test('a client that begins a second handshake is left alone; others are served', async () => {
  const socket = await connected({ maxVersion: 'TLSv1.2' });
  socket.on('error', () => {});
  socket.renegotiate({}, () => {});
  await once(socket, 'close');
  await answersStill();
});

test('a record that cannot be deciphered ends its connection and no other', async () => {
  const raw = net.connect(place.port, '127.0.0.1');
  const socket = tls.connect({ socket: raw, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.on('error', () => {});
  raw.write(Buffer.concat([Buffer.from([0x17, 3, 3, 0, 64]), Buffer.alloc(64, 9)]));
  await once(raw, 'close');
  await answersStill();
});

test('an HTTP/1.0 answer that breaks off ends its connection and no other', async () => {
  const socket = await connected();
  socket.on('error', () => {});
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  socket.write(get('/broken', '1.0'));
  await once(socket, 'close');
  assert.match(text, /beginning$/);
  await answersStill();
});
