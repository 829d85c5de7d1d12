import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { brotliDecompressSync, createGunzip, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { ProxyError } from '../../src/model/proxy-error.ts';
import {
  type Answer,
  answering,
  build,
  type Fields,
  type RequestInit,
  Run,
  ScriptedBody,
} from './trial-run.ts';

const text = 'every good boy deserves favour, '.repeat(100);
const gzip: RequestInit = { headers: { 'Accept-Encoding': 'gzip' } };

async function run(options: object, request: RequestInit, answer: Answer = { body: text }): Promise<Run> {
  return new Run(request).through(await build('compress', options), answering(answer));
}

for (const [coding, decompress] of [
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
] as const) {
  test(`${coding} comes out as it went in`, async () => {
    const tried = await run({}, { headers: { 'Accept-Encoding': coding } });
    assert.equal(tried.headers['Content-Encoding'], coding);
    assert.equal(tried.headers.Vary, 'Accept-Encoding');
    assert.equal(tried.response?.body.length, undefined);
    assert.equal(decompress(await tried.bytes()).toString(), text);
  });
}

const plain: readonly [title: string, request: RequestInit, answer: Answer, options?: object][] = [
  ['short', gzip, { body: 'short' }],
  ['encoded already', gzip, { headers: { 'Content-Encoding': 'br' }, body: text }],
  ['a part of the whole', gzip, { headers: { 'Content-Range': 'bytes 0-1/2' }, body: text }],
  [
    'of a type that is left out',
    gzip,
    { headers: { 'Content-Type': 'image/png' }, body: text },
    { excludedContentTypes: ['image/png'] },
  ],
  [
    'of a type that is not named',
    gzip,
    { headers: { 'Content-Type': 'image/png' }, body: text },
    { includedContentTypes: ['text/html'] },
  ],
  ['the answer to HEAD', { ...gzip, method: 'HEAD' }, { body: text }],
  ['an upgrade', { ...gzip, upgrade: 'websocket' }, { body: text }],
  ['unasked for', {}, { body: text }],
  ['gRPC', { headers: { 'Accept-Encoding': 'gzip', 'Content-Type': 'application/grpc' } }, { body: text }],
];

for (const [title, request, answer, options = {}] of plain) {
  test(`what is ${title} stays as it is`, async () => {
    const tried = await run(options, request, answer);
    assert.equal(tried.headers['Content-Encoding'], (answer.headers as Fields)?.['Content-Encoding']);
    assert.equal(await tried.text(), answer.body);
  });
}

test('a client that does not say what it takes gets the default', async () => {
  assert.equal((await run({ defaultEncoding: 'br' }, {})).headers['Content-Encoding'], 'br');
});

test('Vary names the coding once', async () => {
  const tried = await run({}, gzip, { headers: { Vary: 'Origin, accept-encoding' }, body: text });
  assert.equal(tried.headers.Vary, 'Origin, accept-encoding');
});

test('of a stream every piece goes out at once', async () => {
  const body = new ScriptedBody();
  const tried = await run({}, gzip, { body });
  const gunzip = createGunzip().setEncoding('utf8');
  tried.response?.body.start({
    write: (chunk) => gunzip.write(Buffer.from(chunk)) || true,
    end: () => gunzip.end(),
    abort: () => gunzip.destroy(),
  });
  body.write('one');
  assert.deepEqual(await once(gunzip, 'data'), ['one']);
  body.write('two');
  assert.deepEqual(await once(gunzip, 'data'), ['two']);
  body.end();
  await once(gunzip, 'end');
});

test('a client that takes nothing holds the server back, one that goes stops it', async () => {
  const body = new ScriptedBody();
  const tried = await run({}, gzip, { body });
  const full = Promise.withResolvers<void>();
  tried.response?.body.start({
    write() {
      full.resolve();
      return false;
    },
    end: () => assert.fail('it never came to the end'),
    abort: () => assert.fail('nothing broke'),
  });
  const noise = () => Array.from({ length: 16_384 }, () => Math.random().toString(36).at(-1)).join('');
  let chunks = 0;
  while (body.write(noise()) && chunks < 1000) chunks += 1;
  await full.promise;
  assert.ok(chunks < 1000);
  assert.equal(body.resumed, 0);
  tried.response?.body.cancel();
  assert.equal(body.cancelled, true);
});

test('a stream that breaks off breaks off for the client', async () => {
  const body = new ScriptedBody();
  const tried = await run({}, gzip, { body });
  const read = tried.bytes();
  await new Promise(setImmediate);
  const error = new ProxyError('response-aborted', 'gone');
  body.break(error);
  await assert.rejects(read, error);
});

test('options that contradict each other are refused when it is built', async () => {
  await assert.rejects(build('compress', { encodings: ['deflate'] }), /unsupported encoding "deflate"/);
  await assert.rejects(build('compress', { encodings: ['br'], defaultEncoding: 'gzip' }), /is not one of/);
  const both = { includedContentTypes: ['a/b'], excludedContentTypes: ['c/d'] };
  await assert.rejects(build('compress', both), /cannot be used together/);
  await assert.rejects(build('compress', { excludedContentTypes: ['html'] }), /"html" is not a media type/);
});
