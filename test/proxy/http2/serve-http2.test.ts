import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { Exchange } from '../../../src/model/exchange.ts';
import * as frames from '../../../src/proxy/http2/frame.ts';
import * as codes from '../../../src/proxy/http2/http2-error.ts';
import { type Http2Connection, serveHttp2 } from '../../../src/proxy/http2/serve-http2.ts';
import { WebSocketClient } from '../../two-hops/web-socket-client.ts';
import { defaultSettings, ok, Rig, type RigInit, scripted } from '../rig.ts';
import { number, Peer, type SentFrame } from './peer.ts';

interface Scene extends AsyncDisposable {
  readonly rig: Rig;
  readonly peer: Peer;
  readonly connection: Http2Connection;
}

async function open(init: RigInit): Promise<Scene> {
  const accepted: Http2Connection[] = [];
  const rig = await Rig.start({ ...init, serve: (...given) => void accepted.push(serveHttp2(...given)) });
  const peer = await Peer.connect(rig.port);
  await peer.until(({ type }) => type === frames.SETTINGS);
  const [connection] = accepted;
  assert.ok(connection);
  const close = async () => {
    peer.socket.destroy();
    await rig[Symbol.asyncDispose]();
  };
  return { rig, peer, connection, [Symbol.asyncDispose]: close };
}

const echo = scripted((request) => ok(request));
const replying = (exchange: Exchange) => exchange.reply(200, [], exchange.request.path);
const here: RigInit = { handler: () => ({ handle: replying }) };

test('a request reaches the server as one of HTTP/1', async () => {
  await using scene = await open({ server: echo });
  const { peer } = scene;
  peer.send(
    peer.headers(1, {
      ':method': 'GET',
      ':scheme': 'http',
      ':path': '/a%20b/../c?q=1',
      ':authority': 'a.test:81',
      'x-one': 'é',
      'proxy-authorization': 'me',
      'x-forwarded-host': 'evil',
      'fairlead-uplink': 'evil',
      te: 'trailers',
    }),
  );
  const { status, body } = await peer.response(1);
  assert.equal(status, '200');
  const [line, ...fields] = body.trimEnd().split('\r\n');
  assert.equal(line, 'GET /c?q=1 HTTP/1.1');
  assert.deepEqual(
    fields.filter((field) => !/^X-Forwarded-(?!Host)|^X-Real/i.test(field)),
    ['Host: a.test:81', 'x-one: é', 'te: trailers', 'X-Forwarded-Host: a.test:81'],
  );
});

test('answers of one turn leave in one piece', async () => {
  await using scene = await open(here);
  const { peer } = scene;
  await peer.until(({ type, flags }) => type === frames.SETTINGS && flags === frames.ACK);
  const before = peer.reads;
  peer.send(...[1, 3, 5, 7, 9].map((stream) => peer.request(stream, { ':path': `/${stream}` })));
  assert.equal((await peer.response(9)).body, '/9');
  assert.equal(peer.reads - before, 1);
});

test('bodies and trailers pass in both directions', async () => {
  const server = scripted((request) => {
    const text = request.includes('hello') ? 'got it' : request;
    return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n${text}\r\n0\r\nGrpc-Status: 0\r\n\r\n`;
  });
  await using scene = await open({ server });
  const { peer } = scene;
  peer.send(
    peer.request(1, { ':method': 'POST' }, false),
    peer.data(1, 'hello'),
    peer.headers(1, { 'x-sum': '5' }),
  );
  assert.equal((await peer.response(1)).body, 'got it');
  const trailers = peer.seen.filter(({ type, stream }) => type === frames.HEADERS && stream === 1).at(-1);
  assert.deepEqual({ ...trailers?.fields }, { 'grpc-status': '0' });
});

test('informational answers come before the one they announce', async () => {
  const server = (socket: Socket) =>
    void socket.once('data', () =>
      socket.write(
        `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n`,
      ),
    );
  await using scene = await open({ server });
  scene.peer.send(scene.peer.request(1));
  await scene.peer.until(({ fields }) => fields[':status'] === '200');
  const heads = scene.peer.seen
    .filter(({ type }) => type === frames.HEADERS)
    .map(({ fields }) => fields[':status']);
  assert.deepEqual(heads, ['103', '200']);
});

test('a HEAD is answered without a body', async () => {
  await using scene = await open({ ...here });
  const { peer } = scene;
  peer.send(peer.request(1, { ':method': 'HEAD' }));
  const head = await peer.until(({ stream }) => stream === 1);
  assert.equal(head.fields['content-length'], '1');
  assert.equal(head.flags & frames.END_STREAM, frames.END_STREAM);
});

const refused: [what: string, fields: Record<string, string>, status: string][] = [
  ['no host', { ':authority': '' }, '400'],
  ['two hosts', { host: 'b.test' }, '400'],
  ['a host that is none', { ':authority': 'a.test/x' }, '400'],
  ['a target that is no path', { ':path': 'x' }, '400'],
  ['an expectation nobody knows', { expect: 'wonders' }, '417'],
  ['CONNECT', { ':method': 'CONNECT', ':protocol': 'bytes' }, '501'],
  ['headers beyond the limit', { 'x-long': 'x'.repeat(3000) }, '431'],
];
for (const [what, fields, status] of refused) {
  test(`a request with ${what} is answered by ${status}, and the next is served`, async () => {
    await using scene = await open({ ...here, settings: { maxHeaderBytes: 2000 } });
    const { peer } = scene;
    const sent = Object.entries(fields).some(([name, value]) => name.length + value.length > 2000)
      ? inPieces(peer.request(1, fields))
      : [peer.request(1, fields)];
    peer.send(...sent, peer.request(3));
    if (status === '431') assert.equal(await peer.goAway(), codes.ENHANCE_YOUR_CALM);
    else {
      assert.equal((await peer.response(1)).status, status);
      assert.equal((await peer.response(3)).status, '200');
    }
  });
}

function inPieces({ payload = Buffer.alloc(0), stream, ...rest }: SentFrame): SentFrame[] {
  return [
    { ...rest, stream, flags: frames.END_STREAM, payload: payload.subarray(0, 10) },
    { type: frames.CONTINUATION, stream, flags: frames.END_HEADERS, payload: payload.subarray(10) },
  ];
}

test('fields whose names and values say more than allowed are refused with 431', async () => {
  await using scene = await open({ ...here, settings: { maxHeaderBytes: 500 } });
  const { peer } = scene;
  peer.send(
    peer.request(1, { a: 'b', c: 'd', e: 'f', g: 'h', i: 'j', k: 'l', m: 'n', o: 'p', q: 'r', s: 't' }),
  );
  peer.send(peer.request(3));
  assert.equal((await peer.response(1)).status, '431');
  assert.equal((await peer.response(3)).status, '200');
});

const malformed: [what: string, fields: Record<string, string>][] = [
  ['a capital letter in a name', { 'X-Name': 'v' }],
  ['a space before a value', { 'x-name': '\u{a0}v\u{1}' }],
  ['a field of a connection', { 'proxy-connection': 'keep-alive' }],
  ['a length that is no number', { 'content-length': '+1' }],
  ['a length without a body', { 'content-length': '1' }],
  ['TE for more than trailers', { te: 'gzip' }],
  ['a space in the path', { ':path': '/a b' }],
  ['an unknown pseudo-field', { ':secret': 'x' }],
  [':protocol without CONNECT', { ':protocol': 'websocket' }],
];
for (const [what, fields] of malformed) {
  test(`a request with ${what} ends its stream and no other`, async () => {
    await using scene = await open(here);
    const { peer } = scene;
    peer.send(rawRequest(1, fields), peer.request(3));
    const reset = await peer.until(({ type }) => type === frames.RST_STREAM);
    assert.deepEqual([reset.stream, reset.payload.readUInt32BE(0)], [1, codes.PROTOCOL_ERROR]);
    assert.equal((await peer.response(3)).status, '200');
  });
}

/** As literals, whatever they are. */
function rawRequest(stream: number, fields: Record<string, string>): SentFrame {
  const all = { ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'a.test', ...fields };
  const payload = Buffer.concat(
    Object.entries(all).map(([name, value]) =>
      Buffer.concat([
        Buffer.of(0, name.length),
        Buffer.from(name, 'latin1'),
        Buffer.of(value.length),
        Buffer.from(value, 'latin1'),
      ]),
    ),
  );
  return { type: frames.HEADERS, flags: frames.END_HEADERS | frames.END_STREAM, stream, payload };
}

test('a body longer or shorter than its length ends the stream', async () => {
  await using scene = await open({ server: echo });
  const { peer } = scene;
  const post = { ':method': 'POST', 'content-length': '3' };
  peer.send(peer.request(1, post, false), peer.data(1, 'four', true));
  peer.send(peer.request(3, post, false), peer.data(3, 'no', true));
  for (const stream of [1, 3]) {
    const reset = await peer.until((frame) => frame.type === frames.RST_STREAM && frame.stream === stream);
    assert.equal(reset.payload.readUInt32BE(0), codes.PROTOCOL_ERROR);
  }
});

test('cookies that came in pieces are joined', async () => {
  await using scene = await open({ server: echo });
  const { peer } = scene;
  peer.send(
    peer.headers(1, {
      ':method': 'GET',
      ':scheme': 'http',
      ':path': '/',
      host: 'a.test',
      cookie: 'a=1',
      Cookie: 'b=2',
    }),
  );
  assert.match((await peer.response(1)).body, /\r\ncookie: a=1; b=2\r\n/);
});

const told = {
  'x-real-ip': '10.1.1.1',
  'x-forwarded-for': '10.1.1.1',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
  'x-forwarded-host': 'a.test',
};
const completions: [what: string, fields: Record<string, string>, list: RegExp][] = [
  ['all', { ...told, 'x-forwarded-server': 'parent' }, /^10\.1\.1\.1, 127\.0\.0\.1$/],
  ['nothing', {}, /^127\.0\.0\.1$/],
  ['an empty address', { ...told, 'x-real-ip': '' }, /^10\.1\.1\.1, 127\.0\.0\.1$/],
  [
    'a list in two fields',
    { ...told, 'X-Forwarded-For': '10.2.2.2' },
    /^10\.1\.1\.1, 10\.2\.2\.2, 127\.0\.0\.1$/,
  ],
];
for (const [what, fields, list] of completions) {
  test(`servers hear of the client each thing once when a believed one has told ${what}`, async () => {
    const forwarded = { ...defaultSettings.forwarded, insecure: true };
    await using scene = await open({ server: echo, settings: { forwarded } });
    const { peer } = scene;
    peer.send(peer.request(1, fields));
    const { body } = await peer.response(1);
    const seen = (name: string) =>
      [...body.matchAll(new RegExp(`^${name}: *(.*)\r$`, 'gim'))].map(([, value]) => value);
    for (const name of Object.keys(told)) assert.equal(seen(name).length, 1, `${name} in ${body}`);
    assert.deepEqual(seen('x-forwarded-server'), ['proxy.test']);
    assert.match(seen('x-forwarded-for')[0] ?? '', list);
    assert.notEqual(seen('x-real-ip')[0], '');
  });
}

test('a response waits for the window of its stream and of the connection', async () => {
  const body = 'x'.repeat(200_000);
  await using scene = await open({ server: scripted(() => ok(body)) });
  const { peer } = scene;
  const arrived = () =>
    peer.seen.reduce((sum, { type, payload }) => sum + (type === frames.DATA ? payload.length : 0), 0);
  peer.send(peer.request(1));
  await peer.until(() => arrived() === 65_535);
  peer.send({ type: frames.WINDOW_UPDATE, stream: 1, payload: number(1_000_000) });
  peer.send({ type: frames.WINDOW_UPDATE, stream: 0, payload: number(10) });
  await peer.until(() => arrived() === 65_545);
  peer.send({ type: frames.WINDOW_UPDATE, stream: 0, payload: number(1_000_000) });
  assert.equal((await peer.response(1)).body, body);
});

test('the more urgent response goes first when both have waited', async () => {
  const body = 'x'.repeat(100_000);
  await using scene = await open({
    handler: () => ({ handle: (exchange) => exchange.reply(200, [], body) }),
  });
  const { peer } = scene;
  peer.send({ type: frames.WINDOW_UPDATE, stream: 0, payload: number(1) });
  peer.send(peer.request(1, { priority: 'u=5' }), peer.request(3, { priority: 'u=1' }));
  for (const stream of [1, 3]) peer.send({ type: frames.WINDOW_UPDATE, stream, payload: number(100_000) });
  await peer.until(({ type, stream }) => type === frames.HEADERS && stream === 3);
  peer.send({ type: frames.WINDOW_UPDATE, stream: 0, payload: number(150_000) });
  const ends: number[] = [];
  await peer.response(1);
  for (const { type, flags, stream } of peer.seen)
    if (type === frames.DATA && (flags & frames.END_STREAM) !== 0) ends.push(stream);
  assert.deepEqual(ends, [3, 1]);
});

test('a request body waits while the server does not read', async () => {
  let reading: Socket | undefined;
  const server = (socket: Socket) => {
    reading = socket;
    socket.pause();
  };
  await using scene = await open({ server });
  const { peer } = scene;
  peer.send(peer.request(1, { ':method': 'POST' }, false));
  let allowed = 262_144;
  let granted = 0;
  let sent = 0;
  const piece = 'x'.repeat(16_384);
  const spend = () => {
    const updates = peer.seen.filter(({ type, stream }) => type === frames.WINDOW_UPDATE && stream === 1);
    allowed += updates.slice(granted).reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 0);
    granted = updates.length;
    for (; allowed >= piece.length && sent < 40_000_000; allowed -= piece.length, sent += piece.length)
      peer.send(peer.data(1, piece));
  };
  for (let before = -1; before !== sent; ) {
    before = sent;
    spend();
    peer.send({ type: frames.PING, payload: Buffer.alloc(8) });
    const pings = peer.seen.filter(({ type }) => type === frames.PING).length;
    await peer.until(() => peer.seen.filter(({ type }) => type === frames.PING).length > pings);
  }
  assert.ok(sent < 20_000_000, `${sent} bytes were taken of a client whose server does not read`);
  let received = 0;
  reading!.on('data', (bytes: Buffer) => {
    received += bytes.length;
  });
  reading!.resume();
  await peer.until(({ type, stream }) => type === frames.WINDOW_UPDATE && stream === 1);
  while (received < sent) await once(reading!, 'data');
});

test('the read time-out bounds a request that nobody answers yet, not a conversation', async () => {
  let now = 1000;
  const server = (socket: Socket) =>
    void socket.setEncoding('latin1').on('data', (text: string) => {
      if (text.includes('/early')) socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      if (text.includes('more')) socket.write('4\r\nmore\r\n');
    });
  await using scene = await open({ server, clock: () => now });
  const { peer, rig } = scene;
  const post = (stream: number, path: string) =>
    peer.request(stream, { ':method': 'POST', ':path': path }, false);
  peer.send(post(1, '/late'), post(3, '/early'));
  await peer.until(({ type, stream }) => type === frames.HEADERS && stream === 3);
  now += 120_000;
  rig.wheel.advance();
  assert.equal((await peer.until(({ stream }) => stream === 1)).fields[':status'], '408');
  peer.send(peer.data(3, 'more'));
  assert.equal(
    String((await peer.until(({ type, stream }) => type === frames.DATA && stream === 3)).payload),
    'more',
  );
});

test('a client that asks much and reads late gets every answer', async () => {
  const long = 'x'.repeat(8000);
  await using scene = await open({
    handler: () => ({ handle: (exchange) => exchange.reply(204, [['X-Long', long]]) }),
  });
  const { peer } = scene;
  const requests = 3000;
  peer.socket.pause();
  for (let round = 0; round < requests; round++) peer.send(peer.request(round * 2 + 1));
  const early = setTimeout(() => peer.socket.resume(), 300);
  await peer.response(requests * 2 - 1);
  clearTimeout(early);
  assert.equal(peer.seen.filter(({ type }) => type === frames.HEADERS).length, requests);
});

test('a reset by the client ends the exchange and its connection to the server', async () => {
  await using scene = await open({ server: () => {} });
  const { rig, peer } = scene;
  peer.send(peer.request(1));
  while (rig.servers.length === 0) await new Promise((done) => setImmediate(done));
  const gone = once(rig.servers[0]!.resume(), 'end');
  peer.send({ type: frames.RST_STREAM, stream: 1, payload: number(codes.CANCEL) });
  await gone;
});

test('a server that breaks off resets the stream', async () => {
  const server = (socket: Socket) =>
    void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!'));
  await using scene = await open({ server });
  scene.peer.send(scene.peer.request(1));
  const reset = await scene.peer.until(({ type }) => type === frames.RST_STREAM);
  assert.equal(reset.payload.readUInt32BE(0), codes.INTERNAL_ERROR);
});

test('an answer before the end of the request ends the stream without an error', async () => {
  await using scene = await open(here);
  const { peer } = scene;
  peer.send(peer.request(1, { ':method': 'POST' }, false));
  const reset = await peer.until(({ type }) => type === frames.RST_STREAM);
  assert.equal(reset.payload.readUInt32BE(0), codes.NO_ERROR);
  peer.send(peer.data(1, 'under way'), peer.request(3));
  assert.equal((await peer.response(3)).status, '200');
});

test('who waits for leave to send the body gets it when the body is wanted', async () => {
  const handler = () => ({
    handle: (exchange: Exchange) =>
      void exchange.request.body.buffer(100).then((body) => {
        if (body !== 'too-large') exchange.reply(200, [], body.bytes);
      }),
  });
  await using scene = await open({ handler });
  const { peer } = scene;
  peer.send(peer.request(1, { ':method': 'POST', expect: '100-continue' }, false));
  await peer.until(({ fields }) => fields[':status'] === '100');
  peer.send(peer.data(1, 'body', true));
  assert.equal((await peer.response(1)).body, 'body');
});

test('more streams than allowed are refused, and may be tried again', async () => {
  const settings = { http2: { concurrentStreamsMax: 2, decoderTableBytes: 4096, encoderTableBytes: 4096 } };
  await using scene = await open({ server: () => {}, settings });
  const { peer } = scene;
  peer.send(peer.request(1), peer.request(3), peer.request(5));
  const reset = await peer.until(({ type }) => type === frames.RST_STREAM);
  assert.deepEqual([reset.stream, reset.payload.readUInt32BE(0)], [5, codes.REFUSED_STREAM]);
});

test('a connection that drains serves what comes until the client knows', async () => {
  const waiting: Exchange[] = [];
  await using scene = await open({ handler: () => ({ handle: (exchange) => void waiting.push(exchange) }) });
  const { peer, connection } = scene;
  peer.send(peer.request(1));
  while (waiting.length < 1) await new Promise((done) => setImmediate(done));
  connection.drain();
  const first = await peer.until(({ type }) => type === frames.GOAWAY);
  assert.equal(first.payload.readUInt32BE(0), 0x7fffffff);
  peer.send(peer.request(3));
  const ping = await peer.until(({ type }) => type === frames.PING);
  peer.send({ type: frames.PING, flags: frames.ACK, payload: ping.payload });
  const last = await peer.until(
    ({ type, payload }) => type === frames.GOAWAY && payload.readUInt32BE(0) === 3,
  );
  assert.equal(last.payload.readUInt32BE(4), codes.NO_ERROR);
  assert.equal(waiting.length, 2);
  for (const exchange of waiting) exchange.reply(200, [], 'done');
  assert.equal((await peer.response(3)).body, 'done');
  await peer.untilClosed();
});

test('a client is asked for another connection after so many requests', async () => {
  await using scene = await open({ ...here, settings: { keepAliveMaxRequests: 2 } });
  const { peer } = scene;
  peer.send(peer.request(1), peer.request(3));
  assert.equal((await peer.response(3)).status, '200');
  assert.equal(await peer.goAway(), codes.NO_ERROR);
});

test('a WebSocket passes through (RFC 8441)', async () => {
  const server = (socket: Socket) =>
    void socket.once('data', (request) => {
      assert.match(String(request), /^GET \/chat HTTP\/1\.1\r\n[^]*Sec-WebSocket-Key: .{24}\r\n/);
      assert.match(String(request), /\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.on('data', (bytes) => socket.write(String(bytes).toUpperCase()));
    });
  await using scene = await open({ server });
  const { peer } = scene;
  const connect = { ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat' };
  peer.send(peer.request(1, connect, false));
  const head = await peer.until(({ type }) => type === frames.HEADERS);
  assert.equal(head.fields[':status'], '200');
  peer.send(peer.data(1, 'hello'));
  assert.equal(String((await peer.until(({ type }) => type === frames.DATA)).payload), 'HELLO');
});

test('either side of a WebSocket may end first', async () => {
  const server = (socket: Socket) =>
    void socket.once('data', (request) => {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nwelcome',
      );
      if (String(request).includes('/brief')) socket.end(', bye');
      else socket.once('end', () => socket.end(', you first'));
    });
  await using scene = await open({ server });
  using client = new WebSocketClient(scene.rig.port);
  const brief = await client.open('a.test', '/brief');
  assert.equal((await brief.stream.toArray()).join(''), 'welcome, bye');
  const patient = await client.open('a.test');
  patient.stream.end();
  assert.equal((await patient.stream.toArray()).join(''), 'welcome, you first');
});

const floods: [what: string, piece: (peer: Peer, stream: number) => SentFrame[]][] = [
  ['pings', () => [{ type: frames.PING, payload: Buffer.alloc(8) }]],
  ['settings', () => [{ type: frames.SETTINGS }]],
  [
    'streams opened and reset',
    (peer, stream) => [
      peer.request(stream),
      { type: frames.RST_STREAM, stream, payload: number(codes.CANCEL) },
    ],
  ],
  ['priorities', () => [{ type: frames.PRIORITY, stream: 1, payload: Buffer.alloc(5) }]],
  ['requests that are malformed', (_, stream) => [rawRequest(stream, { te: 'x' })]],
];
for (const [what, piece] of floods) {
  test(`a flood of ${what} ends the connection`, async () => {
    await using scene = await open({ handler: () => ({ handle: () => {} }) });
    const { peer } = scene;
    for (let round = 0; round < 1200 && !peer.closed; round++) peer.send(...piece(peer, round * 2 + 1));
    assert.equal(await peer.goAway(), codes.ENHANCE_YOUR_CALM);
    await peer.untilClosed();
  });
}

test('a flood of empty frames ends the connection', async () => {
  await using scene = await open({ server: () => {} });
  const { peer } = scene;
  peer.send(peer.request(1, { ':method': 'POST' }, false));
  for (let round = 0; round < 1200; round++) peer.send(peer.data(1, ''));
  assert.equal(await peer.goAway(), codes.ENHANCE_YOUR_CALM);
});

test('a header block in endless pieces ends the connection', async () => {
  await using scene = await open(here);
  const { peer } = scene;
  peer.send({ ...peer.request(1), flags: frames.END_STREAM });
  for (let round = 0; round < 100; round++) peer.send({ type: frames.CONTINUATION, stream: 1 });
  assert.equal(await peer.goAway(), codes.ENHANCE_YOUR_CALM);
  await peer.untilClosed();
});

test('what pays for itself is no flood', async () => {
  await using scene = await open(here);
  const { peer } = scene;
  for (let round = 0; round < 3000; round++) {
    peer.send(peer.request(round * 2 + 1), { type: frames.PING, payload: Buffer.alloc(8) });
    await peer.response(round * 2 + 1);
    if (round % 50 === 0) peer.seen.length = 0;
  }
  assert.equal(peer.closed, false);
});
