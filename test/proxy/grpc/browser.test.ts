import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { build } from '../../middlewares/trial-run.ts';
import { Rig } from '../rig.ts';
import { LetterServer } from './letter-server.ts';

interface Frame {
  readonly kind: 'message' | 'trailers';
  readonly text: string;
}

const called = (text: string) => Buffer.concat([Buffer.of(0, 0, 0, 0, text.length), Buffer.from(text)]);

function framesOf(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    const kind = bytes[at]! < 0x80 ? 'message' : 'trailers';
    frames.push({ kind, text: bytes.subarray(at + 5, end).toString() });
    at = end;
  }
  return frames;
}

describe('gRPC from a browser, which speaks HTTP/1.1 and knows no trailers', { timeout: 300_000 }, () => {
  const server = new LetterServer();
  const opened = new AsyncDisposableStack();
  let rig: Rig;

  const call = (method: string, type: string, body: Buffer | string) =>
    fetch(`http://127.0.0.1:${rig.port}/test.Letters/${method}`, {
      method: 'POST',
      headers: { 'Content-Type': type, 'X-Grpc-Web': '1' },
      body,
    });

  before(async () => {
    opened.use(await server.listen());
    const middleware = await build('grpcWeb', { allowOrigins: ['*'] });
    rig = opened.use(await Rig.start({ url: `h2c://127.0.0.1:${server.port}`, handler: middleware }));
  });

  after(() => opened.disposeAsync());

  test('a message is answered by a message and what became of the call', async () => {
    const answer = await call('Echo', 'application/grpc-web+proto', called('hello'));
    assert.equal(answer.headers.get('content-type'), 'application/grpc-web+proto');
    const [message, trailers] = framesOf(Buffer.from(await answer.arrayBuffer()));
    assert.deepEqual(message, { kind: 'message', text: 'hello' });
    assert.equal(trailers?.kind, 'trailers');
    assert.match(trailers?.text ?? '', /^grpc-status: 0\r$/m);
  });

  test('many messages come as text, too', async () => {
    const body = called('abc').toString('base64');
    const answer = await call('Spell', 'application/grpc-web-text', body);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/grpc-web-text/);
    const pieces = (await answer.text()).match(/[^=]+={0,2}/g) ?? [];
    const frames = framesOf(Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))));
    assert.deepEqual(
      frames.filter(({ kind }) => kind === 'message').map(({ text }) => text),
      ['a', 'b', 'c'],
    );
    assert.equal(frames.at(-1)?.kind, 'trailers');
  });

  test('a call that fails without an answer says so in the head', async () => {
    const answer = await call('Nothing', 'application/grpc-web', called(''));
    assert.equal(answer.headers.get('grpc-status'), '12');
    assert.equal(await answer.text(), '');
  });
});
