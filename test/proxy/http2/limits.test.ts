import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClosedStreams } from '../../../src/proxy/http2/closed-streams.ts';
import { ConnectionCredit } from '../../../src/proxy/http2/connection-credit.ts';
import { FloodGuard } from '../../../src/proxy/http2/flood-guard.ts';
import { Http2Error } from '../../../src/proxy/http2/http2-error.ts';
import { parsePriority } from '../../../src/proxy/http2/priority.ts';
import { ReceiveWindow } from '../../../src/proxy/http2/receive-window.ts';
import { applySettings, initialPeerSettings } from '../../../src/proxy/http2/settings.ts';

test('a window that is used up quickly grows, up to its maximum', () => {
  const window = new ReceiveWindow({ bytes: 1000, bytesMax: 3000, now: 0 });
  assert.equal(window.receive(1000), true);
  assert.equal(window.consume(400, 10), 0, 'too little to tell');
  assert.equal(window.consume(600, 20), 2000, 'what was used, and as much again');
  assert.equal(window.receive(2000), true);
  assert.equal(window.consume(2000, 30), 3000);
  assert.equal(window.receive(3000), true);
  assert.equal(window.consume(3000, 40), 3000, 'no larger than its maximum');
});

test('a window that is used slowly stays as it is', () => {
  const window = new ReceiveWindow({ bytes: 1000, bytesMax: 3000, now: 0 });
  window.receive(1000);
  assert.equal(window.consume(1000, 1500), 1000);
  assert.equal(window.receive(1001), false, 'more than allowed');
});

test('a connection gives credit at once, until too much waits in memory', () => {
  let given = 0;
  const windowUpdate = (_: number, increment: number) => void (given += increment);
  const credit = new ConnectionCredit({ windowUpdate }, 0);
  for (let held = 0; held < 8_388_608; held += 524_288) {
    if (held < 4_194_304 + 1_048_576) credit.receive(524_288);
    credit.hold(524_288, 1000 + held);
  }
  assert.equal(given, 4_194_304);
  assert.throws(() => credit.receive(524_288), Http2Error);
  for (let left = 8_388_608; left > 4_194_304; left -= 524_288) credit.release(524_288, 1e12);
  assert.equal(given, 8_388_608);
});

test('credit against floods grows with time and with work that is done', () => {
  const guard = new FloodGuard(0);
  for (let count = 0; count < 1000; count++) assert.equal(guard.spend(0), true);
  assert.equal(guard.spend(0), false);
  guard.earn();
  guard.earn();
  assert.equal(guard.spend(0), true);
  assert.equal(guard.spend(1000), true);
});

test('only the streams that ended last are remembered', () => {
  const streams = new ClosedStreams();
  for (let stream = 1; stream < 1000; stream += 2)
    streams.add(stream, stream % 4 === 1 ? 'refused' : 'complete');
  assert.deepEqual([streams.get(1), streams.get(997), streams.get(999)], [undefined, 'refused', 'complete']);
});

const priorities: [text: string, urgency: number, incremental: boolean][] = [
  ['', 3, false],
  ['u=0', 0, false],
  ['u=7, i', 7, true],
  ['i=?0,u=2', 2, false],
  ['u=1, u=4', 4, false],
  ['u=9', 3, false],
  ['u=1;x=y, i;z', 1, true],
  ['nonsense', 3, false],
];
for (const [text, urgency, incremental] of priorities) {
  test(`a priority of "${text}" is read`, () => {
    assert.deepEqual(parsePriority(text), { urgency, incremental });
  });
}

const settings = (...pairs: [id: number, value: number][]): Buffer =>
  Buffer.concat(
    pairs.map(([id, value]) => {
      const bytes = Buffer.alloc(6);
      bytes.writeUInt16BE(id);
      bytes.writeUInt32BE(value, 2);
      return bytes;
    }),
  );

test('settings are applied in their order, unknown ones left out', () => {
  const peer = initialPeerSettings();
  applySettings(settings([4, 1], [4, 70_000], [99, 5], [1, 0], [3, 10], [5, 20_000], [8, 1]), peer);
  assert.deepEqual(peer, {
    headerTableBytes: 0,
    concurrentStreamsMax: 10,
    initialWindowBytes: 70_000,
    payloadBytesMax: 20_000,
    connectProtocol: true,
  });
});

for (const [id, value] of [
  [2, 2],
  [4, 2 ** 31],
  [5, 16_383],
  [5, 2 ** 24],
  [8, 2],
] as const) {
  test(`the setting ${id} cannot be ${value}`, () => {
    assert.throws(() => applySettings(settings([id, value]), initialPeerSettings()));
  });
}
