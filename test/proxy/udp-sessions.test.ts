import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { ServerTurns } from '../../src/balancing/turns.ts';
import { UdpEntryPoint } from '../../src/entry-points/udp-entry-point.ts';
import { bindUdp } from '../../src/entry-points/udp-socket.ts';
import type { DatagramServer } from '../../src/model/stream.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { TimerWheel } from '../../src/proxy/timer-wheel.ts';

class Place implements AsyncDisposable {
  readonly refusals: string[] = [];
  /** Sessions, as the entry point tells of them. */
  open = 0;
  port = 0;
  readonly #stack = new AsyncDisposableStack();
  #entryPoint: UdpEntryPoint | undefined;

  /** Answers with its name and what it was told. */
  async server(name: string, answers: (text: string) => boolean = () => true): Promise<number> {
    const socket = await this.#open();
    socket.on('message', (datagram, { address, port }) => {
      if (answers(String(datagram))) socket.send(`${name} ${datagram}`, port, address);
    });
    return socket.address().port;
  }

  async client(): Promise<(text: string, limitMs?: number) => Promise<string>> {
    const socket = await this.#open();
    return async (text, limitMs = 60_000) => {
      socket.send(text, this.port, '127.0.0.1');
      const [datagram] = await once(socket, 'message', { signal: AbortSignal.timeout(limitMs) });
      return String(datagram);
    };
  }

  /** From an address that nobody has seen before. */
  async say(text: string): Promise<void> {
    const socket = await this.#open();
    await new Promise((done) => socket.send(text, this.port, '127.0.0.1', done));
  }

  async listen(
    ports: readonly number[],
    { idleMs = 60_000, sessionsMax = 100 } = {},
  ): Promise<UdpEntryPoint> {
    const wheel = this.#stack.use(new TimerWheel());
    const parts = ports.map((port) => ({ value: { host: '127.0.0.1', port }, weight: 1 }));
    const turns = new ServerTurns<DatagramServer>({ parts, cell: undefined, now: () => performance.now() });
    this.port = await freePort();
    const entryPoint = new UdpEntryPoint({
      settings: { name: 'dns', host: '127.0.0.1', port: this.port, idleMs, graceMs: 0 },
      wheel,
      turns: () => turns,
      sessionsMax,
      onOpen: (sessions) => {
        this.open = sessions;
      },
      refuse: (reason, { text }) => this.refusals.push(`${reason}: ${text}`),
    });
    await entryPoint.listen();
    this.#entryPoint = entryPoint;
    return entryPoint;
  }

  /** Waits until so many have been told of. */
  async refused(count: number): Promise<void> {
    while (this.refusals.length < count) await new Promise(setImmediate);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#entryPoint?.stop();
    await this.#stack.disposeAsync();
  }

  async #open(): Promise<Socket> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    this.#stack.defer(() => void socket.close());
    return socket;
  }
}

test('each client has a server of its own, whose answers come back to it', async () => {
  await using place = new Place();
  await place.listen([await place.server('a'), await place.server('b')]);
  const [one, other] = [await place.client(), await place.client()];
  assert.deepEqual([await one('1'), await other('1')], ['a 1', 'b 1']);
  assert.deepEqual([await one('2'), await one('3'), await other('2')], ['a 2', 'a 3', 'b 2']);
  assert.equal(place.open, 2);
});

test('a session that is silent for too long is over: the next datagram begins another', async () => {
  await using place = new Place();
  await place.listen([await place.server('a'), await place.server('b')], { idleMs: 100 });
  const ask = await place.client();
  assert.equal(await ask('1'), 'a 1');
  let answer = '';
  while (!answer.startsWith('b')) {
    await new Promise((done) => setTimeout(done, 350));
    answer = await ask('2');
  }
  assert.equal(answer, 'b 2');
});

test('a server that refuses is passed over', async () => {
  await using place = new Place();
  await place.listen([await freePort(), await place.server('b')]);
  const ask = await place.client();
  await assert.rejects(ask('lost', 300), { name: 'AbortError' });
  await place.refused(1);
  assert.match(place.refusals[0] ?? '', /^server-unreachable: its server cannot be reached: .*ECONNREFUSED/);
  assert.equal(await ask('2'), 'b 2');
});

test('where all sessions are beyond doubt others get nothing, and each datagram of them is told of', async () => {
  await using place = new Place();
  await place.listen([await place.server('a')], { sessionsMax: 2 });
  const [one, other, third] = [await place.client(), await place.client(), await place.client()];
  for (const ask of [one, other]) assert.deepEqual([await ask('1'), await ask('2')], ['a 1', 'a 2']);
  const limit = 'too-many-sessions: a worker has no more than 2 sessions';
  for (let more = 0; more < 2; more++) await assert.rejects(third('?', 50), { name: 'AbortError' });
  await place.refused(2);
  assert.deepEqual(place.refusals, [limit, limit]);
  assert.equal(await one('3'), 'a 3', 'sessions that have begun go on');
});

test('a flood of senders that nobody answers does not keep honest clients out, and cuts nobody off', async () => {
  await using place = new Place();
  const silence = 'flood';
  const server = await place.server('a', (text) => text !== silence);
  await place.listen([server], { sessionsMax: 40 });
  const friend = await place.client();
  assert.deepEqual([await friend('1'), await friend('2')], ['a 1', 'a 2']);
  for (let sender = 0; sender < 60; sender++) await place.say(silence);
  await place.refused(1);
  assert.equal(place.open, 40, 'no more sessions than there may be');
  const late = await place.client();
  let answer = '';
  while (answer === '') {
    await place.say(silence);
    answer = await late('3', 200).catch(() => '');
  }
  assert.equal(answer, 'a 3');
  assert.equal(await friend('4'), 'a 4', 'whoever has been answered and has come again stays');
  assert.ok(place.refusals.some((text) => text.endsWith('sessions; it has made room for another client')));
});

test('a client whose service has no server is told of in the log', async () => {
  await using place = new Place();
  await place.listen([]);
  await assert.rejects((await place.client())('?', 50), { name: 'AbortError' });
  await place.refused(1);
  assert.deepEqual(place.refusals, ['no-available-server: its service has no server']);
});

test('one port is open in several workers, and closed when they stop', async () => {
  await using place = new Place();
  const entryPoint = await place.listen([await place.server('a')]);
  const second = await bindUdp({ host: '127.0.0.1', port: place.port }, { shared: true });
  second.close();
  await assert.rejects(bindUdp({ host: '127.0.0.1', port: place.port }, { shared: false }), {
    code: 'EADDRINUSE',
  });
  const ask = await place.client();
  assert.equal(await ask('1'), 'a 1');
  await entryPoint.stop();
  const again = await bindUdp({ host: '127.0.0.1', port: place.port }, { shared: false });
  again.close();
});
