import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ok, Rig, scripted } from './rig.ts';

let rig: Rig;
let seen = 0;
before(async () => {
  rig = await Rig.start({
    server: scripted(() => {
      seen++;
      return ok();
    }),
    settings: { maxHeaderBytes: 4096 },
  });
});
after(async () => {
  await rig[Symbol.asyncDispose]();
});

const get = 'GET / HTTP/1.1\r\nHost: a.test\r\n';
const post = 'POST / HTTP/1.1\r\nHost: a.test\r\n';

const refused: [string, string, number][] = [
  ['both lengths', `${post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['a length twice', `${post}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`, 400],
  ['two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
  ['a list of lengths', `${post}Content-Length: 1, 1\r\n\r\na`, 400],
  ['a length with a sign', `${post}Content-Length: +1\r\n\r\na`, 400],
  ['a hexadecimal length', `${post}Content-Length: 0x1\r\n\r\na`, 400],
  ['an empty length', `${post}Content-Length:\r\n\r\n`, 400],
  ['a length beyond numbers', `${post}Content-Length: 99999999999999999999\r\n\r\n`, 400],
  ['bare line feeds', 'GET / HTTP/1.1\nHost: a.test\n\n', 400],
  ['a bare line feed in the fields', `${get}X: 1\nY: 2\r\n\r\n`, 400],
  ['a bare carriage return', `${get}X: 1\rY: 2\r\n\r\n`, 400],
  ['a space before the colon', `${get}X : 1\r\n\r\n`, 400],
  ['a folded field', `${get}X: 1\r\n 2\r\n\r\n`, 400],
  ['a field without a colon', `${get}X\r\n\r\n`, 400],
  ['a field without a name', `${get}: 1\r\n\r\n`, 400],
  ['a control character in a value', `${get}X: a\x01b\r\n\r\n`, 400],
  ['a null in a value', `${get}X: a\x00b\r\n\r\n`, 400],
  ['two hosts', `${get}Host: b.test\r\n\r\n`, 400],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['a host with a path', 'GET / HTTP/1.1\r\nHost: a.test/b\r\n\r\n', 400],
  ['a host with a user', 'GET / HTTP/1.1\r\nHost: me@a.test\r\n\r\n', 400],
  ['a host with a space', 'GET / HTTP/1.1\r\nHost: a test\r\n\r\n', 400],
  ['odd characters in the method', 'G(T / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  ['no method', ' / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  ['two spaces', 'GET  / HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  ['a control character in the target', 'GET /\x07 HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  ['a target without a slash', 'GET a HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  ['an asterisk for GET', 'GET * HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  ['a fragment', 'GET /#a HTTP/1.1\r\nHost: a.test\r\n\r\n', 400],
  ['no version', 'GET /\r\nHost: a.test\r\n\r\n', 400],
  ['a version in lower case', 'GET / http/1.1\r\nHost: a.test\r\n\r\n', 400],
  ['an unknown version', 'GET / HTTP/3.7\r\nHost: a.test\r\n\r\n', 505],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505],
  ['an unknown coding', `${post}Transfer-Encoding: gzip\r\n\r\n`, 501],
  ['a coding before chunked', `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
  ['chunked twice', `${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 501],
  ['a hidden coding', `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 501],
  [
    'chunked in HTTP/1.0',
    'POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['an unknown expectation', `${get}Expect: miracles\r\n\r\n`, 417],
  ['CONNECT', 'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n', 501],
  ['too large a head', `${get}X: ${'x'.repeat(5000)}\r\n\r\n`, 431],
  ['a head without an end', `${get}X: ${'x'.repeat(5000)}`, 431],
  ['a chunk size that is none', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`, 400],
  ['a chunk size with a sign', `${post}Transfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n`, 400],
  ['a chunk size with a prefix', `${post}Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n`, 400],
  ['a space behind a chunk size', `${post}Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n`, 400],
  ['a chunk size beyond numbers', `${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na`, 400],
  ['a chunk longer than its size', `${post}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`, 400],
  ['a chunk size with a line feed alone', `${post}Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n`, 400],
  ['a chunk with a line feed alone', `${post}Transfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n`, 400],
  ['a bad chunk extension', `${post}Transfer-Encoding: chunked\r\n\r\n1;\x01\r\na\r\n0\r\n\r\n`, 400],
  ['a bad trailer', `${post}Transfer-Encoding: chunked\r\n\r\n0\r\nX : 1\r\n\r\n`, 400],
];

for (const [what, text, status] of refused) {
  test(`${what}: ${status}`, async () => {
    const answer = await rig.exchange(text);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `));
    assert.equal(answer.match(/HTTP\/1\.1 \d/g)?.length, 1, answer);
  });
}

test('who speaks something else than HTTP is not answered in it', async () => {
  for (const text of ['INVALID CONNECTION PREFACE\r\n\r\n', 'EHLO a.test SMTP\r\n', 'SSH 2.0 x\r\n'])
    assert.equal(await rig.exchange(text), '');
});

test('no request with a malformed head reaches a server', () => {
  assert.equal(seen, 0);
});

test('each is refused as well when it comes byte by byte', async () => {
  for (const [what, text, status] of refused.filter((entry) => entry[1].length < 120)) {
    const client = await rig.client();
    for (const byte of text) {
      client.send(byte);
      await new Promise(setImmediate);
    }
    assert.match(await client.untilClosed(), new RegExp(`^HTTP/1\\.1 ${status} `), what);
  }
});

test('OPTIONS * is answered here', async () => {
  const answer = await rig.exchange('OPTIONS * HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /Content-Length: 0\r\n/);
});
