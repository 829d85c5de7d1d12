import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body, BodySink, Exchange, Handler } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';
import { StreamedBody } from '../../src/proxy/bodies.ts';
import { HeaderBlock } from '../../src/proxy/header-block.ts';
import { answering, build, type Fields, responseOf, Run } from './trial-run.ts';

/** A message of gRPC: uncompressed, so long, so. */
const message = (text: string) => Buffer.concat([Buffer.of(0, 0, 0, 0, text.length), Buffer.from(text)]);
const trailersOf = (text: string) =>
  Buffer.concat([Buffer.of(0x80, 0, 0, 0, text.length), Buffer.from(text)]);

/** Pieces that come one by one, and trailers. */
class Pieces extends StreamedBody {
  readonly length = undefined;
  readonly #pieces: readonly Uint8Array[];
  readonly #trailers: HeaderBlock | undefined;

  constructor(pieces: readonly (Uint8Array | string)[], trailers?: string) {
    super();
    this.#pieces = pieces.map((piece) => Buffer.from(piece));
    this.#trailers = trailers === undefined ? undefined : new HeaderBlock(trailers);
  }

  resume(): void {}
  cancel(): void {}

  protected begin(): void {
    for (const piece of this.#pieces) this.sink?.write(piece);
    this.sink?.end(this.#trailers);
  }
}

/** What a server gets of a body: the bytes, or why they broke off. */
function read(body: Body): Promise<Buffer | ProxyError> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const sink: BodySink = {
      write: (chunk) => chunks.push(Buffer.from(chunk)) > 0,
      end: () => resolve(Buffer.concat(chunks)),
      abort: resolve,
    };
    body.start(sink);
  });
}

const grpc = { 'Content-Type': 'application/grpc+proto' };
const calling = (type: string, body: string | Body = '', headers: Fields = {}) =>
  new Run({ method: 'POST', headers: { 'Content-Type': type, ...headers }, body });

test('a call reaches the server as gRPC, and its trailers come back as the last frame', async () => {
  const middleware = await build('grpcWeb', {});
  const pieces = new Pieces([message('one'), message('two')], 'Grpc-Status: 5\r\ngrpc-message: none\r\n');
  const run = calling('application/grpc-web+proto').through(
    middleware,
    answering({ headers: grpc, body: pieces }),
  );
  assert.deepEqual(run.received[0]?.headers, { 'Content-Type': 'application/grpc+proto', Te: 'trailers' });
  assert.equal(run.headers['Content-Type'], 'application/grpc-web+proto');
  const trailers = trailersOf('grpc-status: 5\r\ngrpc-message: none\r\n');
  assert.deepEqual(await run.bytes(), Buffer.concat([message('one'), message('two'), trailers]));
});

test('in base64 each piece can be read as it comes', async () => {
  const middleware = await build('grpcWeb', {});
  const pieces = new Pieces([message('one'), message('two!')], 'grpc-status: 0\r\n');
  const run = calling('application/grpc-web-text').through(
    middleware,
    answering({ headers: grpc, body: pieces }),
  );
  assert.equal(run.headers['Content-Type'], 'application/grpc-web-text+proto');
  const expected = [message('one'), message('two!'), trailersOf('grpc-status: 0\r\n')];
  assert.equal(await run.text(), expected.map((piece) => piece.toString('base64')).join(''));
});

const texts: readonly (readonly [string, readonly string[], string | undefined])[] = [
  ['whole', ['AAAAAAVoZWxsbw=='], '\0\0\0\0\x05hello'],
  ['cut anywhere', ['A', 'AAAAAVoZ', 'Wx', 'sbw=', '='], '\0\0\0\0\x05hello'],
  ['in pieces with padding of their own', ['aGVs', 'bG8=IHRoZXJl', 'IQ=='], 'hello there!'],
  ['empty', [], ''],
  ['with a foreign character', ['aGV*'], undefined],
  ['cut off', ['aGVsbG'], undefined],
];

test('a call in base64 reaches the server as bytes, or not at all', async () => {
  const middleware = await build('grpcWeb', {});
  for (const [name, pieces, expected] of texts) {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    calling('application/grpc-web-text', new Pieces(pieces)).through(middleware, { handle: resolve });
    const got = await read((await promise).request.body);
    if (expected === undefined) assert.ok(got instanceof ProxyError && got.status === 400, name);
    else assert.equal(String(got), expected, name);
  }
});

test('an answer that is no gRPC, or has no body, stays as it is', async () => {
  const middleware = await build('grpcWeb', {});
  const page = answering({ status: 502, headers: { 'Content-Type': 'text/plain' }, body: 'Bad Gateway' });
  const failed = calling('application/grpc-web').through(middleware, page);
  assert.equal(failed.headers['Content-Type'], 'text/plain');
  assert.equal(await failed.text(), 'Bad Gateway');

  const bare = answering({ headers: { ...grpc, 'grpc-status': '12' } });
  const refused = calling('application/grpc-web').through(middleware, bare);
  assert.equal(refused.headers['grpc-status'], '12');
  assert.equal(await refused.text(), '');
});

test('pages of allowed origins may read the answer, and all of its fields', async () => {
  const middleware = await build('grpcWeb', { allowOrigins: ['https://shop.example'] });
  const server: Handler = {
    handle: (exchange) => exchange.respond(responseOf({ headers: { ...grpc, 'X-Request-Id': '7' } })),
  };
  const from = (origin: string) =>
    calling('application/grpc-web', '', { Origin: origin }).through(middleware, server).headers;
  assert.deepEqual(from('https://shop.example'), {
    'Content-Type': 'application/grpc-web+proto',
    'X-Request-Id': '7',
    Vary: 'Origin',
    'Access-Control-Allow-Origin': 'https://shop.example',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': 'content-type, x-request-id, grpc-status, grpc-message',
  });
  assert.equal(from('https://other.example')['Access-Control-Allow-Origin'], undefined);
});

const asking = (headers: Fields) => new Run({ method: 'OPTIONS', headers });
const preflight = {
  Origin: 'https://a.example',
  'Access-Control-Request-Method': 'POST',
  'Access-Control-Request-Headers': 'X-Grpc-Web,content-type',
};

test('whether a call would be allowed is answered here', async () => {
  const allowed = asking(preflight).through(await build('grpcWeb', { allowOrigins: ['*'] }));
  assert.deepEqual(allowed.received, []);
  assert.equal(allowed.status, 200);
  assert.deepEqual(allowed.headers, {
    Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    'Access-Control-Allow-Origin': 'https://a.example',
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': 'X-Grpc-Web,content-type',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Max-Age': '600',
  });
  const refused = asking(preflight).through(await build('grpcWeb', { allowOrigins: ['https://b.example'] }));
  assert.deepEqual([refused.status, refused.headers['Access-Control-Allow-Origin']], [200, undefined]);
});

test('requests that are no calls pass', async () => {
  const middleware = await build('grpcWeb', { allowOrigins: ['*'] });
  const others = [
    new Run(),
    asking({ ...preflight, 'Access-Control-Request-Headers': 'content-type' }),
    new Run({ method: 'POST', headers: grpc }),
  ];
  for (const run of others)
    assert.equal(run.through(middleware, answering({ body: 'x' })).received.length, 1);
});
