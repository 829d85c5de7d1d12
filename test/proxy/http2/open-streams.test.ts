import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Http2Error } from '../../../src/proxy/http2/http2-error.ts';
import { OpenStreams } from '../../../src/proxy/http2/open-streams.ts';
import type { Http2Stream } from '../../../src/proxy/http2/stream.ts';
import { randomFrom } from '../fuzz/random.ts';

const streamOf = (id: number): Http2Stream => ({ id }) as Http2Stream;

test('streams are found by their number, however long they last', () => {
  const random = randomFrom(9113);
  const known = new Map<number, Http2Stream>();
  let next = 1;
  const streams = new OpenStreams((id) => id >= next);
  for (let round = 0; round < 20_000; round++) {
    if (known.size < 300 && random(2) === 0) {
      const stream = streamOf(next);
      next += 2;
      known.set(stream.id, stream);
      streams.add(stream);
    } else {
      // One in four is among the oldest.
      const ids = [...known.keys()];
      const id = ids[random(4) === 0 ? 0 : random(ids.length)] ?? 1;
      known.delete(id);
      streams.close(id, 'complete');
    }
    assert.equal(streams.size, known.size);
  }
  for (let id = 1; id < next; id += 2) assert.equal(streams.get(id), known.get(id));
  assert.deepEqual(new Set(streams.all()), new Set(known.values()));
});

test('a stream that has outlived a thousand others is told of a change of the window, and goes once', () => {
  let told = 0;
  const old = { id: 1, moveWindow: () => ++told > 0 } as unknown as Http2Stream;
  const streams = new OpenStreams(() => false);
  streams.add(old);
  for (let id = 3; id < 2003; id += 2) {
    streams.add(streamOf(id));
    streams.close(id, 'complete');
  }
  streams.moveWindows(10);
  assert.equal(told, 1);
  streams.close(1, 'complete');
  streams.close(1, 'complete');
  assert.deepEqual([streams.size, streams.get(1)], [0, undefined]);
});

test('what nobody has used is a fault, what is over is not', () => {
  const streams = new OpenStreams((id) => id > 1);
  assert.equal(streams.expect(1), undefined);
  assert.throws(() => streams.expect(3), Http2Error);
});
