import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { ok, Rig, scripted } from './rig.ts';

const get = (path = '/', fields = '') => `GET ${path} HTTP/1.1\r\nHost: a.test\r\n${fields}\r\n`;
const last = 'Connection: close\r\n';

/** A rig whose server notes the requests and answers each with `answer`. */
async function started(answer: (request: string, socket: Socket) => string | undefined, init = {}) {
  const requests: string[] = [];
  const server = scripted((request, socket) => {
    requests.push(request);
    return answer(request, socket);
  });
  const rig = await Rig.start({ server, ...init });
  return { rig, requests };
}

test('the server is told who asks, and nothing of the connection', async () => {
  const { rig, requests } = await started(() => ok());
  await using _ = rig;
  await rig.exchange(
    get(
      '/x?y',
      `${last}X-Forwarded-For: 6.6.6.6\r\nKeep-Alive: 1\r\nTE: gzip\r\nAccept: */*\r\nX_Real_Ip: 6.6.6.6\r\n`,
    ),
  );
  assert.deepEqual(requests[0]?.split('\r\n').filter(Boolean), [
    'GET /x?y HTTP/1.1',
    'Host: a.test',
    'Accept: */*',
    'X-Real-Ip: 127.0.0.1',
    'X-Forwarded-Proto: http',
    'X-Forwarded-Port: 80',
    'X-Forwarded-Host: a.test',
    'X-Forwarded-Server: proxy.test',
    'X-Forwarded-For: 127.0.0.1',
  ]);
});

test('a trusted client is believed, and its list goes on', async () => {
  const forwarded = {
    insecure: true,
    trusts: () => true,
    connection: [],
    append: true,
    schemeHeaders: false,
  };
  const { rig, requests } = await started(() => ok(), { settings: { forwarded } });
  await using _ = rig;
  await rig.exchange(get('/', `${last}X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n`));
  assert.match(requests[0]!, /X-Forwarded-For: 6\.6\.6\.6, 127\.0\.0\.1\r\n/);
  assert.match(requests[0]!, /X-Forwarded-Proto: https\r\n/);
  assert.match(requests[0]!, /X-Forwarded-Port: 443\r\n/);
});

test('fields named by Connection stay here', async () => {
  const { rig, requests } = await started(() => ok());
  await using _ = rig;
  await rig.exchange(
    get('/', 'Connection: close, X-One\r\nConnection: cookie\r\nX-One: 1\r\nCookie: a=1\r\nX-Two: 2\r\n'),
  );
  assert.doesNotMatch(requests[0]!, /X-One|Cookie|Connection/);
  assert.match(requests[0]!, /X-Two: 2/);
});

test('pipelined requests are answered in order over one connection to the server', async () => {
  const { rig } = await started((request) => ok(request.split(' ')[1]));
  await using _ = rig;
  const answer = await rig.exchange(get('/1') + get('/2') + get('/3', last));
  assert.deepEqual(answer.match(/\/\d$|\/\d(?=HTTP)/gm), ['/1', '/2', '/3']);
  assert.equal(rig.servers.length, 1);
});

test('bodies pass by length and by chunks', async () => {
  const { rig, requests } = await started((request) => ok(request.slice(request.indexOf('\r\n\r\n') + 4)));
  await using _ = rig;
  const client = await rig.client();
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhel');
  client.send('lo');
  await client.until(/hello$/);
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\none\r\n');
  await once(rig.servers[0]!, 'data');
  client.send('3\r\ntwo\r\n0\r\nX-Sum: 1\r\n\r\n');
  await client.until(/3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/);
  assert.match(requests[0]!, /Content-Length: 5\r\n/);
  assert.match(requests[1]!, /Transfer-Encoding: chunked\r\n/);
});

test('chunks and trailers of a response reach the client', async () => {
  const text =
    'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\nX-Sum: 7\r\n\r\n';
  const { rig } = await started(() => text);
  await using _ = rig;
  const answer = await rig.exchange(get('/', last));
  assert.match(answer, /Trailer: X-Sum\r\n/);
  assert.match(answer, /\r\n3\r\none\r\n0\r\nX-Sum: 7\r\n\r\n$/);
});

test('a body without length ends with its connection, and the client can tell', async () => {
  const { rig } = await started((_, socket) => {
    socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end');
    return undefined;
  });
  await using _ = rig;
  assert.match(await rig.exchange(get('/', last)), /\r\nd\r\nuntil the end\r\n0\r\n\r\n$/);
});

/** No interval of `responseForwarding` has anything to flush. */
for (const [what, answer] of [
  ['an event', 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n'],
  ['a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\ndata: 1\r\n'],
  ['a part of a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ndata: 1'],
] as const)
  test(`${what} is there at once, long before the body ends`, async () => {
    const { rig } = await started(() => answer);
    await using _ = rig;
    const client = await rig.client();
    client.send(get());
    await client.until(/data: 1/);
  });

test('HEAD, 204 and 304 have no body, whatever their fields say', async () => {
  const { rig } = await started((request) => {
    if (request.startsWith('HEAD')) return 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n';
    if (request.startsWith('GET /204')) return 'HTTP/1.1 204 No Content\r\n\r\n';
    return 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: "a"\r\n\r\n';
  });
  await using _ = rig;
  const head = 'HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n';
  const answer = await rig.exchange(head + get('/204') + get('/304', last));
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\nContent-Length: 99\r\nDate: [^\r]*\r\n\r\nHTTP\/1\.1 204/);
  assert.match(
    answer,
    /304 Not Modified\r\nContent-Length: 5\r\nETag: "a"\r\nDate: [^\r]*\r\nConnection: close\r\n\r\n$/,
  );
});

test('interim answers are passed on, except to HTTP/1.0', async () => {
  const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
  const { rig } = await started(() => hints + ok());
  await using _ = rig;
  assert.match(
    await rig.exchange(get('/', last)),
    /^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 200/,
  );
  assert.match(await rig.exchange('GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.0 200 OK/);
});

test('the body waits for 100 Continue of the server', async () => {
  const { rig } = await started((request) => (request.endsWith('body') ? ok() : undefined));
  await using _ = rig;
  const client = await rig.client();
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n');
  while (rig.servers.length === 0) await new Promise(setImmediate);
  const [head] = await once(rig.servers[0]!, 'data');
  assert.match(head, /Expect: 100-continue\r\n/);
  assert.equal(client.received, '');
  rig.servers[0]!.write('HTTP/1.1 100 Continue\r\n\r\n');
  await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  client.send('body');
  await client.until(/200 OK/);
});

test('a final answer instead of 100 Continue closes both connections', async () => {
  const { rig } = await started(() => undefined);
  await using _ = rig;
  const client = await rig.client();
  client.send('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n');
  while (rig.servers.length === 0) await new Promise(setImmediate);
  await once(rig.servers[0]!, 'data');
  rig.servers[0]!.write('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
  assert.match(await client.untilClosed(), /^HTTP\/1\.1 401 Unauthorized\r\n[^]*Connection: close\r\n/);
});

test('HTTP/1.0 is answered in kind', async () => {
  const { rig } = await started((request) =>
    request.startsWith('GET /c')
      ? 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n'
      : ok(),
  );
  await using _ = rig;
  assert.match(
    await rig.exchange('GET /c HTTP/1.0\r\nHost: a.test\r\n\r\n'),
    /^HTTP\/1\.0 200 OK\r\nDate: [^\r]*\r\n\r\na$/,
  );
  const client = await rig.client();
  client.send('GET / HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n');
  await client.until(/Connection: keep-alive\r\n\r\nok$/);
});

test('after a switch of protocol there are only bytes, and each side can end its own', async () => {
  const { rig } = await started((_, socket) => {
    socket.removeAllListeners('data');
    socket.removeAllListeners('end');
    socket.on('data', (text: string) => socket.write(text.toUpperCase()));
    socket.on('end', () => socket.end('BYE'));
    return 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nHI';
  });
  await using _ = rig;
  const client = await rig.client();
  client.send(get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await client.until(/^HTTP\/1\.1 101 [^]*Upgrade: websocket\r\n\r\nHI$/);
  client.send('hello');
  await client.until(/HIHELLO$/);
  client.socket.end();
  assert.match(await client.untilClosed(), /HIHELLOBYE$/);
});

test('a server that has said all it wants reads what the client still says, at its own pace', async () => {
  const sent = 16_777_216;
  let heard = 0;
  const { rig } = await started((_, socket) => {
    socket.removeAllListeners('data');
    socket.removeAllListeners('end');
    socket.on('data', (text: string) => {
      heard += text.length;
      socket.pause();
      setImmediate(() => socket.resume());
    });
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nBYE');
    return undefined;
  });
  await using _ = rig;
  const client = await rig.client();
  client.send(get('/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
  await client.until(/BYE$/);
  client.socket.end('x'.repeat(sent));
  await once(rig.servers[0]!, 'close');
  assert.equal(heard, sent);
});

test('a client that goes away ends the request at the server', async () => {
  const { rig } = await started(() => undefined);
  await using _ = rig;
  const client = await rig.client();
  client.send(get());
  while (rig.servers.length === 0) await new Promise(setImmediate);
  await once(rig.servers[0]!, 'data');
  client.socket.destroy();
  await once(rig.servers[0]!, 'close');
});

test('a server that breaks off breaks the connection of the client, after the part that came', async () => {
  const { rig } = await started((_, socket) => {
    socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n');
    return undefined;
  });
  await using _ = rig;
  const answer = await rig.exchange(get());
  assert.match(answer, /4\r\nsome\r\n$/);
});

test('what a server says unasked is never taken for an answer', async () => {
  const { rig } = await started(
    (request) => ok(request.split(' ')[1]) + (request.includes('/1') ? ok('evil') : ''),
  );
  await using _ = rig;
  const client = await rig.client();
  client.send(get('/1'));
  await client.until(/\/1$/);
  client.send(get('/2'));
  await client.until(/\/2$/);
  assert.doesNotMatch(client.received, /evil/);
  assert.equal(rig.servers.length, 2);
});
