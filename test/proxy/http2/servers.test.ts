import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants, createServer, type Http2Server, type ServerHttp2Stream, type Settings } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import { serveHttp2 } from '../../../src/proxy/http2/serve-http2.ts';
import { Network } from '../../two-hops/network.ts';
import { plainTransport, Rig, type RigInit } from '../rig.ts';
import * as frames from '../../../src/proxy/http2/frame.ts';
import * as codes from '../../../src/proxy/http2/http2-error.ts';
import { number, Peer } from './peer.ts';

type Answer = (stream: ServerHttp2Stream, fields: Record<string, string>, flags: number) => void;

/** A server that speaks HTTP/2 without TLS, behind a proxy. */
async function behind(answer: Answer, init: Partial<RigInit> = {}, settings: Settings = {}) {
  const server: Http2Server = createServer({ settings });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => void sockets.add(socket));
  server.on('stream', (stream, fields, flags) => answer(stream, fields as Record<string, string>, flags));
  server.on('sessionError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const rig = await Rig.start({ url: `h2c://127.0.0.1:${port}`, ...init });
  const close = async () => {
    await rig[Symbol.asyncDispose]();
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { rig, server, sockets, [Symbol.asyncDispose]: close };
}

const get = (path: string, fields = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: a.test\r\n${fields}Connection: close\r\n\r\n`;

test('a request of HTTP/1 reaches a server of HTTP/2', async () => {
  await using scene = await behind((stream, fields) => {
    stream.respond({ ':status': 201, 'x-path': fields[':path']!, 'set-cookie': ['a=1', 'b=2'] });
    stream.end(
      `${fields[':method']} ${fields[':authority']} ${fields['x-forwarded-for']} ${fields.connection}`,
    );
  });
  const text = await scene.rig.exchange(get('/a?b=c', 'X-One: 1\r\n'));
  assert.match(text, /^HTTP\/1\.1 201 Created\r\n/);
  assert.match(text, /x-path: \/a\?b=c\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n/);
  assert.match(text, /GET a\.test 127\.0\.0\.1 undefined\r\n/);
});

test('a head and the first bytes behind it leave in one write', async () => {
  await using server = await Rig.start({
    server: (socket) => {
      const peer = new Peer(socket, { awaitsPreface: true });
      peer.send({ type: frames.SETTINGS });
      void peer
        .until(({ type }) => type === frames.HEADERS)
        .then(({ stream }) => {
          const head = peer.headers(stream, { ':status': '200', 'content-length': '5' }, false);
          peer.send(head, peer.data(stream, 'hello', true));
        });
    },
  });
  await using rig = await Rig.start({ url: `h2c://127.0.0.1:${server.serverPort}` });
  const client = await rig.client();
  const pieces: string[] = [];
  client.socket.on('data', (text: string) => pieces.push(text));
  client.send(get('/'));
  assert.match(await client.until(/hello/), /^HTTP\/1\.1 200 /);
  assert.equal(pieces.length, 1);
});

test('many requests share a connection', async () => {
  const waiting: ServerHttp2Stream[] = [];
  await using scene = await behind((stream) => {
    waiting.push(stream);
    if (waiting.length === 20)
      for (const each of waiting) each.respond({ ':status': 204 }, { endStream: true });
  });
  const texts = await Promise.all(Array.from({ length: 20 }, () => scene.rig.exchange(get('/'))));
  for (const text of texts) assert.match(text, /^HTTP\/1\.1 204 /);
  assert.equal(scene.sockets.size, 1);
});

test('bodies flow in both directions, with trailers at the end', async () => {
  await using scene = await behind(
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.pipe(stream);
    },
    { serve: serveHttp2 },
  );
  const peer = await Peer.connect(scene.rig.port);
  const fields = { ':method': 'POST', te: 'trailers', 'content-type': 'application/grpc' };
  peer.send(peer.request(1, fields, false), peer.data(1, 'ping'));
  const pong = await peer.until(({ type, stream }) => type === frames.DATA && stream === 1);
  assert.equal(String(pong.payload), 'ping');
  peer.send(peer.data(1, ' pong', true));
  assert.equal((await peer.response(1)).body, 'ping pong');
  const last = peer.seen.filter(({ type }) => type === frames.HEADERS).at(-1);
  assert.deepEqual({ ...last?.fields }, { 'grpc-status': '0' });
  peer.socket.destroy();
});

test('a large response arrives whole through both windows', async () => {
  const body = Buffer.alloc(3_000_000, 'abc');
  await using scene = await behind((stream) => {
    stream.respond({ ':status': 200, 'content-length': String(body.length) });
    stream.end(body);
  });
  const text = await scene.rig.exchange(get('/'));
  assert.equal(text.slice(text.indexOf('\r\n\r\n') + 4), body.toString('latin1'));
});

test('a stream over a long way is not held up by its window', async () => {
  const size = 8_388_608;
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.end(Buffer.alloc(size));
    let received = 0;
    request
      .on('data', (chunk: Buffer) => (received += chunk.length))
      .on('end', () => response.end(`${received}`));
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await using way = await new Network({ port, delayMs: 100 }).listen();
  await using rig = await Rig.start({ url: way.address.replace('https', 'h2c') });
  const begun = performance.now();
  assert.ok((await rig.exchange(get('/'))).length > size);
  // With 64 KiB in each round trip it would take 25 s.
  assert.ok(performance.now() - begun < 20_000, `${performance.now() - begun} ms`);
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('a large request arrives whole', async () => {
  await using scene = await behind((stream) => {
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end(String(bytes));
    });
  });
  const body = 'x'.repeat(2_000_000);
  const text = await scene.rig.exchange(
    `POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  assert.match(text, /2000000/);
});

test('a client that goes away cancels its stream and no other', async () => {
  const seen: ServerHttp2Stream[] = [];
  await using scene = await behind(
    (stream, fields) => {
      stream.on('error', () => {});
      if (fields[':path'] === '/wait') seen.push(stream);
      else stream.respond({ ':status': 200 }, { endStream: true });
    },
    { serve: serveHttp2 },
  );
  const peer = await Peer.connect(scene.rig.port);
  peer.send(peer.request(1, { ':path': '/wait' }));
  while (seen.length === 0) await new Promise((done) => setImmediate(done));
  const closed = once(seen[0]!, 'close');
  peer.send({ type: frames.RST_STREAM, stream: 1, payload: number(codes.CANCEL) });
  await closed;
  assert.equal(seen[0]!.rstCode, constants.NGHTTP2_CANCEL);
  peer.send(peer.request(3));
  assert.equal((await peer.response(3)).status, '200');
  assert.equal(scene.sockets.size, 1);
  peer.socket.destroy();
});

test('a server that goes away lets what runs end, and gets the next on a new connection', async () => {
  await using scene = await behind((stream, fields) => {
    if (fields[':path'] === '/last') stream.session?.goaway(0, stream.id);
    stream.respond({ ':status': 200 });
    stream.end('done');
  });
  assert.match(await scene.rig.exchange(get('/last')), /done/);
  assert.match(await scene.rig.exchange(get('/next')), /done/);
  assert.equal(scene.sockets.size, 2);
});

test('what a server that goes away has not begun with is sent again, whatever it is', async () => {
  let connections = 0;
  const streams: number[] = [];
  await using server = await Rig.start({
    server: (socket) => {
      const peer = new Peer(socket, { awaitsPreface: true });
      const first = ++connections === 1;
      peer.send({ type: frames.SETTINGS });
      const answer = (stream: number) => peer.headers(stream, { ':status': '204' });
      const asked = (stream: number) =>
        peer.until((frame) => frame.type === frames.HEADERS && frame.stream === stream);
      if (!first) {
        for (const stream of [1, 3]) {
          void asked(stream).then(({ fields }) => {
            streams.push(stream);
            peer.send(answer(stream));
            assert.equal(fields[':method'], 'POST');
          });
        }
        return;
      }
      void asked(5).then(() => {
        const leaving = Buffer.concat([number(1), number(codes.NO_ERROR)]);
        peer.send({ type: frames.GOAWAY, payload: leaving }, answer(1));
      });
    },
  });
  await using rig = await Rig.start({ url: `h2c://127.0.0.1:${server.serverPort}` });
  const post = get('/', 'Content-Length: 0\r\n').replace('GET', 'POST');
  const texts = await Promise.all([rig.exchange(post), rig.exchange(post), rig.exchange(post)]);
  for (const text of texts) assert.match(text, /^HTTP\/1\.1 204 /);
  assert.deepEqual([connections, streams], [2, [1, 3]]);
});

test('a connection that dies within an answer breaks it off', async () => {
  await using scene = await behind((stream) => {
    stream.on('error', () => {});
    stream.respond({ ':status': 200, 'content-length': '10' });
    stream.write('half', () => setImmediate(() => stream.session?.destroy()));
  });
  const text = await scene.rig.exchange(get('/'));
  assert.match(text, /^HTTP\/1\.1 200 OK[^]*half$/);
});

test('a server that resets the stream is a bad gateway', async () => {
  await using scene = await behind((stream) => {
    stream.on('error', () => {});
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  });
  assert.match(await scene.rig.exchange(get('/')), /^HTTP\/1\.1 502 /);
});

test('a server that cannot be reached is a bad gateway for all who wait', async () => {
  await using rig = await Rig.start({ url: 'h2c://127.0.0.1:1' });
  const texts = await Promise.all([rig.exchange(get('/')), rig.exchange(get('/'))]);
  for (const text of texts) assert.match(text, /^HTTP\/1\.1 502 /);
});

test('informational answers and answers to HEAD pass', async () => {
  await using scene = await behind((stream, fields) => {
    stream.additionalHeaders({ ':status': 103, link: '</a>' });
    stream.respond({ ':status': 200, 'content-length': '5' }, { endStream: fields[':method'] === 'HEAD' });
    if (fields[':method'] !== 'HEAD') stream.end('hello');
  });
  const text = await scene.rig.exchange(get('/').replace('GET', 'HEAD'));
  assert.match(text, /^HTTP\/1\.1 103 Early Hints\r\nlink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  assert.match(text, /content-length: 5\r\n/i);
  assert.ok(text.endsWith('\r\n\r\n'));
});

test('a stream that a server refuses is sent again through another connection', async () => {
  let requests = 0;
  await using scene = await behind((stream) => {
    stream.on('error', () => {});
    requests++;
    if (requests === 2) stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else stream.respond({ ':status': 204 }, { endStream: true });
  });
  const post = get('/').replace('GET', 'POST');
  assert.match(await scene.rig.exchange(post), /^HTTP\/1\.1 204 /);
  assert.match(await scene.rig.exchange(post), /^HTTP\/1\.1 204 /);
  assert.deepEqual([requests, scene.sockets.size], [3, 2]);
});

test('a server that refuses everything is a bad gateway', async () => {
  await using scene = await behind((stream) => {
    stream.on('error', () => {});
    stream.close(constants.NGHTTP2_REFUSED_STREAM);
  });
  assert.match(await scene.rig.exchange(get('/')), /^HTTP\/1\.1 502 /);
});

test('more requests than one connection takes are spread', async () => {
  const waiting: ServerHttp2Stream[] = [];
  await using scene = await behind((stream) => {
    waiting.push(stream);
    if (waiting.length === 250)
      for (const each of waiting) each.respond({ ':status': 204 }, { endStream: true });
  });
  const texts = await Promise.all(Array.from({ length: 250 }, () => scene.rig.exchange(get('/'))));
  assert.equal(texts.filter((text) => text.startsWith('HTTP/1.1 204 ')).length, 250);
  assert.ok(scene.sockets.size >= 3 && scene.sockets.size <= 4, String(scene.sockets.size));
});

test('a server that says nothing any more is asked once, and then given up', async () => {
  await using silent = await Rig.start({ server: (socket) => void socket.resume() });
  const forwarder = silent.forwarders.acquire({
    server: {
      url: `h2c://127.0.0.1:${silent.serverPort}`,
      weight: 1,
      preservePath: false,
      uplink: undefined,
    },
    transport: { ...plainTransport, readIdleTimeoutMs: 200, pingTimeoutMs: 200 },
    passHostHeader: true,
  });
  await using rig = await Rig.start({ handler: () => forwarder });
  assert.match(await rig.exchange(get('/')), /^HTTP\/1\.1 502 /);
});

const upgrade = get('/chat').replace(
  'Connection: close',
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
);
const chat: Answer = (stream, fields) => {
  if (fields[':method'] !== 'CONNECT' || fields[':path'] === '/no')
    return stream.respond({ ':status': 403 }, { endStream: true });
  stream.respond({
    ':status': 200,
    'sec-websocket-protocol': `${fields[':protocol']} ${fields['sec-websocket-key']}`,
  });
  stream.setEncoding('latin1').on('data', (text: string) => void stream.write(text.toUpperCase()));
  stream.on('end', () => stream.end('BYE'));
};

test('a WebSocket shares the connection where the server takes it, and the client hears what it expects', async () => {
  await using scene = await behind(chat, {}, { enableConnectProtocol: true });
  assert.match(await scene.rig.exchange(get('/')), /^HTTP\/1\.1 403 /);
  const client = await scene.rig.client();
  client.send(`${upgrade}hel`);
  const head = await client.until(/\r\n\r\nHEL/);
  assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  assert.match(head, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i);
  assert.match(head, /\r\nsec-websocket-protocol: websocket undefined\r\n/);
  client.send('lo');
  await client.until(/HELLO$/);
  client.socket.end();
  assert.match(await client.untilClosed(), /HELLOBYE$/);
  assert.equal(scene.sockets.size, 1);
});

test('a WebSocket that the server refuses is refused, and the connection goes on', async () => {
  await using scene = await behind(chat, {}, { enableConnectProtocol: true });
  await scene.rig.exchange(get('/'));
  const client = await scene.rig.client();
  client.send(upgrade.replace('/chat', '/no'));
  await client.until(/^HTTP\/1\.1 403 /);
  assert.match(await scene.rig.exchange(get('/')), /^HTTP\/1\.1 403 /);
  assert.equal(scene.sockets.size, 1);
});

test('a client that leaves its WebSocket resets the stream and nothing else', async () => {
  const opened = Promise.withResolvers<ServerHttp2Stream>();
  const answer: Answer = (stream, fields, flags) => {
    if (fields[':method'] === 'CONNECT') opened.resolve(stream);
    stream.on('error', () => {});
    chat(stream, fields, flags);
  };
  await using scene = await behind(answer, {}, { enableConnectProtocol: true });
  await scene.rig.exchange(get('/'));
  const client = await scene.rig.client();
  client.send(upgrade);
  await client.until(/ 101 /);
  const stream = await opened.promise;
  client.socket.resetAndDestroy();
  await once(stream, 'close');
  assert.equal(stream.rstCode, codes.CANCEL);
  assert.match(await scene.rig.exchange(get('/')), /^HTTP\/1\.1 403 /);
  assert.equal(scene.sockets.size, 1);
});
