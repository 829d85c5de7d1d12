/** Connections with damage at random places: refused or served, but never a fault of ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as frames from '../../../src/proxy/http2/frame.ts';
import { HpackDecoder } from '../../../src/proxy/http2/hpack/decoder.ts';
import * as codes from '../../../src/proxy/http2/http2-error.ts';
import { serveHttp2 } from '../../../src/proxy/http2/serve-http2.ts';
import { randomFrom } from '../fuzz/random.ts';
import { Rig } from '../rig.ts';
import { frameBytes, number, Peer } from './peer.ts';

const seed = Number(process.env.SEED ?? 7541);
const rounds = Number(process.env.ROUNDS ?? 300);

test('header blocks of random bytes are read or refused', () => {
  const random = randomFrom(seed);
  for (let round = 0; round < 20_000; round++) {
    const block = Buffer.from(Array.from({ length: random(40) }, () => random(256)));
    try {
      new HpackDecoder(4096).decode({ bytes: block, at: 0, end: block.length }, { field: () => {} });
    } catch (error) {
      assert.ok(error instanceof codes.Http2Error, `${block.toString('hex')}: ${error}`);
    }
  }
});

test('a damaged connection is no fault of ours', async () => {
  const random = randomFrom(seed);
  await using rig = await Rig.start({
    serve: serveHttp2,
    handler: () => ({
      handle: (exchange) =>
        void exchange.request.body.buffer(1000).then(
          () => exchange.reply(200, [], 'x'.repeat(100)),
          () => {},
        ),
    }),
  });
  for (let round = 0; round < rounds; round++) {
    const peer = await Peer.connect(rig.port);
    const bytes = conversation(peer);
    for (let count = random(4); count >= 0; count--) bytes[random(bytes.length)] = random(256);
    peer.socket.end(bytes);
    await peer.untilClosed();
    for (const { type, payload } of peer.seen)
      if (type === frames.GOAWAY)
        assert.notEqual(payload.readUInt32BE(4), codes.INTERNAL_ERROR, `seed ${seed}, round ${round}`);
  }
});

function conversation(peer: Peer): Buffer {
  return Buffer.concat(
    [
      peer.request(1),
      peer.request(3, { ':method': 'POST', 'content-length': '9' }, false),
      peer.data(3, 'some data', true),
      { type: frames.WINDOW_UPDATE, stream: 0, payload: number(1000) },
      peer.request(5, { ':method': 'POST' }, false),
      peer.data(5, 'some'),
      { type: frames.PRIORITY, stream: 7, payload: Buffer.alloc(5) },
      peer.headers(5, { trailer: 'yes' }),
      { type: frames.PING, payload: Buffer.alloc(8) },
      { type: frames.SETTINGS, payload: Buffer.from([0, 4, 0, 0, 0, 50]) },
      peer.request(7, { priority: 'u=1', cookie: 'a=b' }),
      { type: frames.RST_STREAM, stream: 7, payload: number(8) },
    ].map(frameBytes),
  );
}
