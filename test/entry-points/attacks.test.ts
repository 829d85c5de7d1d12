/** What strangers can try at an uplink port without having a key: nobody crashes, stalls or fills the process. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { SlowRefusals } from '../../src/entry-points/slow-refusals.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';
import { type Random, randomFrom } from '../proxy/fuzz/random.ts';
import type { Issued } from '../tls/pki.ts';
import { PairedKeys } from './paired-keys.ts';
import { type Dial, dial, invitedName, pairedName, say, statusOf } from './peer-client.ts';
import { UplinkPort } from './uplink-port.ts';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

const keys = new PairedKeys();
const { own, openKey, otherKey, shown, parent } = keys;
let place: UplinkPort;

before(async () => {
  place = await UplinkPort.open({ pki: own, shown, identities: keys.identities() });
});
after(async () => {
  await place[Symbol.asyncDispose]();
  keys[Symbol.dispose]();
});

const at = (serverName: string, key?: Issued): Dial => ({ port: place.port, serverName, shown: key });
const parentIsServed = async () => assert.equal(statusOf(await say(at(pairedName('a1'), parent))), '200');
const sockets = () => process.getActiveResourcesInfo().filter((kind) => /^(TCP|TLS)/.test(kind)).length;

async function until(isSo: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + 120_000;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, what);
    await delay(20);
  }
}

test('whoever guesses secrets waits for a second, and no more than 64 of them at once', async () => {
  const waits = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const socket = dial(at(invitedName('open1'), otherKey.ca));
      const secureMs = once(socket, 'secureConnect').then(() => performance.now());
      await new Promise((done) => socket.resume().once('close', done));
      return performance.now() - (await secureMs);
    }),
  );
  const waited = waits.filter((ms) => ms > 900).length;
  assert.ok(waited >= 64, `${waited} of them have waited`);
  assert.equal(place.refusals.filter(({ reason }) => reason === 'secret-wrong').length, 100);
  const guessing = Array.from({ length: 80 }, () => dial(at(invitedName('open1'), otherKey.ca)));
  await parentIsServed();
  const greeting = { method: 'POST', path: '/api/pairing/greeting', body: '{}' };
  assert.equal(
    statusOf(await say(at(invitedName('open1'), openKey.ca), greeting)),
    '200',
    'the right one waits for nobody',
  );
  for (const socket of guessing) socket.destroy();
});

test('beyond those who wait, others are closed at once', () => {
  using wheel = new TimerWheel();
  const slow = new SlowRefusals(wheel);
  const clients = Array.from({ length: 65 }, () => ({
    deadline: 0,
    slot: 0,
    place: 0,
    onDeadline: () => {},
  }));
  assert.deepEqual(
    clients.map((client) => slow.hold(client)),
    clients.map((_, index) => index < 64),
  );
  slow.left(clients[3]!);
  assert.deepEqual([slow.hold(clients[64]!), slow.hold(clients[3]!)], [true, false]);
});

test('connections that say nothing give way to others, the oldest first', async () => {
  const idle = Array.from({ length: 400 }, () =>
    net
      .connect(place.port, '127.0.0.1')
      .on('error', () => {})
      .resume(),
  );
  await until(() => idle.filter(({ destroyed }) => destroyed).length >= 400 - 256, 'the oldest have gone');
  await parentIsServed();
  assert.ok(place.refusals.some(({ reason }) => reason === 'too-many-strangers'));
  assert.ok(place.log.length < 200, 'a flood is no flood of lines');
  for (const socket of idle) socket.destroy();
});

/** Sends these bytes and waits for the end, not for long; what was answered. */
async function throwBytes(bytes: Buffer, end: 'end' | 'destroy' | 'wait'): Promise<Buffer> {
  const socket = net
    .connect({ port: place.port, host: '127.0.0.1', allowHalfOpen: true })
    .on('error', () => {});
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((done) => socket.once('close', done));
  socket.write(bytes);
  if (end === 'end') socket.end();
  await Promise.race([closed, delay(end === 'wait' ? 60 : 20)]);
  socket.destroy();
  return Buffer.concat(chunks);
}

/** What a real client says first, and says after the greeting. */
async function greeting(serverName: string): Promise<Buffer> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const client = dial({ port, serverName, shown: parent });
  const [accepted] = (await once(server, 'connection')) as [net.Socket];
  const [bytes] = (await once(accepted, 'data')) as [Buffer];
  for (const each of [client, accepted]) each.destroy();
  server.close();
  return bytes;
}

function wounded(bytes: Buffer, random: Random): Buffer {
  const copy = Buffer.from(bytes);
  for (let wounds = random(6); wounds >= 0; wounds--) copy[random(copy.length)] = random(256);
  const cut = random(4) === 0 ? copy.subarray(0, random(copy.length)) : copy;
  return random(4) === 0 ? Buffer.concat([cut, randomBytes(random, 400)]) : cut;
}

const randomBytes = (random: Random, max: number): Buffer =>
  Buffer.from(Array.from({ length: 1 + random(max) }, () => random(256)));

const beginnings = [
  '',
  '\x16\x03\x01',
  '\x16\x03\x03\x40\x00',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'PROXY TCP4 ',
];

async function inTurns(count: number, throwOne: (index: number) => Promise<Buffer>): Promise<void> {
  let next = 0;
  const hand = async (): Promise<void> => {
    while (next < count) {
      const answer = await throwOne(next++);
      assert.ok(!answer.includes('HTTP/1'), 'no stranger is answered');
    }
  };
  await Promise.all(Array.from({ length: 60 }, hand));
}

/** A client that speaks TLS well, and somebody between who changes one byte of what it says. */
async function brokenOnTheWay(random: Random): Promise<Buffer> {
  const at = 200 + random(2500);
  const between = net.createServer((near) => {
    const far = net.connect(place.port, '127.0.0.1');
    let seen = 0;
    near.on('data', (chunk) => {
      if (at >= seen && at < seen + chunk.length) chunk[at - seen] = chunk[at - seen]! ^ (1 + random(255));
      seen += chunk.length;
      far.write(chunk);
    });
    far.on('data', (chunk) => near.write(chunk));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
  });
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  const { port } = between.address() as net.AddressInfo;
  const socket = dial({ port, serverName: pairedName('a1'), shown: otherKey.ca });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await Promise.race([new Promise((done) => socket.once('close', done)), delay(500)]);
  socket.destroy();
  between.close();
  return Buffer.concat(chunks);
}

test('thousands of broken beginnings and handshakes leave nothing behind', async () => {
  const random = randomFrom(20_261_121);
  const hellos = await Promise.all(
    [pairedName('a1'), invitedName('open1'), invitedName('x'.repeat(200)), 'else.example'].map(greeting),
  );
  const ends = ['end', 'destroy', 'wait'] as const;
  const round = async (count: number): Promise<void> => {
    await inTurns(count, () =>
      throwBytes(
        Buffer.concat([
          Buffer.from(beginnings[random(beginnings.length)]!, 'latin1'),
          randomBytes(random, 600),
        ]),
        ends[random(3)]!,
      ),
    );
    await inTurns(count, () => throwBytes(wounded(hellos[random(hellos.length)]!, random), ends[random(3)]!));
    await inTurns(count / 5, () => brokenOnTheWay(random));
  };
  const settled = async (): Promise<number> => {
    await until(() => sockets() <= socketsBefore, `${sockets()} sockets are left of ${socketsBefore}`);
    place.refusals.length = 0;
    place.log.length = 0;
    // What native objects hold is let go a turn after them.
    for (let turns = 0; turns < 4; turns++) {
      collect();
      await delay(20);
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  await parentIsServed();
  await delay(100);
  const socketsBefore = sockets();
  await round(200);
  const before = await settled();
  await round(1000);
  const grown = (await settled()) - before;
  assert.ok(grown < 2_000_000, `${grown} bytes are left behind`);
  await parentIsServed();
});
