import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { status as codes } from '@grpc/grpc-js';
import { serveHttp2 } from '../../../src/proxy/http2/serve-http2.ts';
import { Rig } from '../rig.ts';
import { calls } from './calls.ts';
import { LetterClient } from './letter-client.ts';
import { LetterServer } from './letter-server.ts';

const inFrontOf = (port: number) => Rig.start({ serve: serveHttp2, url: `h2c://127.0.0.1:${port}` });

describe('gRPC through a proxy', { timeout: 300_000 }, () => {
  const server = new LetterServer();
  const opened = new AsyncDisposableStack();
  let client: LetterClient;

  before(async () => {
    opened.use(await server.listen());
    const rig = opened.use(await inFrontOf(server.port));
    client = opened.use(new LetterClient(rig.port));
  });

  after(() => opened.disposeAsync());

  for (const [title, run] of Object.entries(calls)) test(title, () => run({ client, server }));
});

test('a server that is not there is unavailable', async () => {
  await using rig = await inFrontOf(1);
  using client = new LetterClient(rig.port);
  assert.equal((await client.unary('echo', 'hello')).status.code, codes.UNAVAILABLE);
});

test('a server that dies before its answer is unavailable', async () => {
  await using scene = await running();
  const failed = once(scene.call, 'error');
  await scene.server[Symbol.asyncDispose]();
  assert.equal((await failed)[0].code, codes.UNAVAILABLE);
});

test('a server that dies within its answer is an error, not an end', async () => {
  await using scene = await running();
  scene.seen.write(Buffer.from('half'));
  await once(scene.call, 'data');
  const failed = once(scene.call, 'error');
  await scene.server[Symbol.asyncDispose]();
  assert.equal((await failed)[0].code, codes.INTERNAL);
});

test('a server that leaves ends the calls under way, and the next finds nobody', async () => {
  await using scene = await running();
  const left = scene.server.leave();
  const messages = scene.call.toArray();
  scene.seen.write(Buffer.from('last words'));
  scene.seen.end();
  assert.equal(String(await messages), 'last words');
  await left;
  assert.equal((await scene.client.unary('echo', '')).status.code, codes.UNAVAILABLE);
});

/** A call that has reached its server. */
async function running() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await new LetterServer().listen());
  const rig = stack.use(await inFrontOf(server.port));
  const client = stack.use(new LetterClient(rig.port));
  const waits = server.waits();
  const call = client.stream('wait', '');
  const seen = await waits;
  const opened = stack.move();
  return { server, client, call, seen, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
