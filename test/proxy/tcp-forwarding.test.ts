import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { readProxyHeader } from '../../src/entry-points/proxy-protocol.ts';
import { freePort } from '../../examples/demo/ports.ts';
import { Pki } from '../tls/pki.ts';
import { piece, rest, Servers, StreamRig, type StreamRigInit } from './stream-rig.ts';

const everything = { rule: 'HostSNI(`*`)', service: 'app' };
let pki: Pki;
before(() => {
  pki = new Pki();
});
after(() => pki[Symbol.dispose]());

/** One router for everything, with a server that does this. */
async function forwarding(
  onConnection: (socket: Socket) => void,
  init: Partial<StreamRigInit> = {},
): Promise<AsyncDisposable & { rig: StreamRig; servers: Servers }> {
  const servers = new Servers();
  const port = await servers.open(onConnection);
  const rig = await StreamRig.start({ tcpRouters: { all: everything }, services: { app: [port] }, ...init });
  return {
    rig,
    servers,
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await servers[Symbol.asyncDispose]();
    },
  };
}

const name = (text: string) => (socket: Socket) => socket.end(text);

test('bytes go both ways, whoever speaks first', async () => {
  await using place = await forwarding((socket) => {
    socket.write('220 ready\r\n');
    socket.once('data', (chunk) => socket.end(`you said ${chunk}`));
  });
  const client = place.rig.connect();
  assert.equal(await piece(client), '220 ready\r\n');
  client.write('HELO');
  assert.equal(await rest(client), 'you said HELO');
});

test('a client that has finished still gets its answer, for the termination delay', async () => {
  for (const [terminationDelayMs, delayMs, expected] of [
    [30_000, 50, 'late'],
    [-1, 400, 'late'],
    [100, 2000, ''],
    [0, 200, ''],
  ] as const) {
    await using place = await forwarding(
      (socket) => socket.resume().on('end', () => setTimeout(() => socket.end('late'), delayMs)),
      { transport: { terminationDelayMs } },
    );
    const client = place.rig.connect();
    client.end('question');
    assert.equal(await rest(client), expected, `${terminationDelayMs}`);
  }
});

test('the delay of the service wins over that of its transport', async () => {
  await using servers = new Servers();
  const port = await servers.open((socket) =>
    socket.resume().on('end', () => setTimeout(() => socket.end('late'), 400)),
  );
  const value = { servers: [{ address: `127.0.0.1:${port}`, tls: false }], transport: 'default' };
  const app = { type: 'loadBalancer', value: { ...value, terminationDelayMs: -1 } };
  await using rig = await StreamRig.start({ tcpRouters: { all: everything }, services: { app } });
  const client = rig.connect();
  client.end('question');
  assert.equal(await rest(client), 'late');
});

test('a server sends no faster than its client reads', async () => {
  const total = 64 * 1024 * 1024;
  let written = 0;
  const { promise: stalled, resolve: stall } = Promise.withResolvers<void>();
  await using place = await forwarding((socket) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const write = (): void => {
      while (written < total) {
        written += chunk.length;
        if (!socket.write(chunk)) break;
      }
      if (written >= total) socket.end();
      clearTimeout(quiet);
      quiet = setTimeout(stall, 200);
    };
    let quiet = setTimeout(stall, 200);
    socket.on('drain', write);
    write();
  });
  const client = place.rig.connect();
  await stalled;
  assert.ok(written < total / 2, `${written} bytes were taken of a client that reads none`);
  let received = 0;
  client.on('data', (chunk) => (received += chunk.length));
  await once(client, 'end');
  assert.equal(received, total);
});

test('what was cut off does not look finished', async () => {
  await using place = await forwarding((socket) => {
    socket.write('half of');
    socket.once('data', () => socket.resetAndDestroy());
  });
  const client = place.rig.connect();
  await piece(client);
  client.write('now');
  const [error] = await once(client, 'error');
  assert.equal(error.code, 'ECONNRESET');
});

test('servers take turns, and those that cannot be reached lose theirs', async () => {
  await using servers = new Servers();
  const ports = [await servers.open(name('a')), await freePort(), await servers.open(name('c'))];
  await using rig = await StreamRig.start({ tcpRouters: { all: everything }, services: { app: ports } });
  const answers: string[] = [];
  for (let index = 0; index < 8; index++) answers.push(await rest(rig.connect()));
  assert.deepEqual(answers.toSorted().join(''), 'aaaacccc');
  assert.deepEqual(rig.refusals, []);
});

test('weighted services share connections by weight', async () => {
  await using servers = new Servers();
  const [a, b] = [await servers.open(name('a')), await servers.open(name('b'))];
  const parts = [
    { name: 'three', weight: 3 },
    { name: 'one', weight: 1 },
    { name: 'none', weight: 0 },
  ];
  await using rig = await StreamRig.start({
    tcpRouters: { all: everything },
    services: {
      three: [a],
      one: [b],
      none: [a],
      app: { type: 'weighted', value: { services: parts, cell: undefined } },
    },
  });
  let answers = '';
  for (let index = 0; index < 8; index++) answers += await rest(rig.connect());
  assert.equal(answers, 'aabaaaba');
});

test('a client whose service has no server that answers is closed, and the log says why', async () => {
  const port = await freePort();
  await using rig = await StreamRig.start({ tcpRouters: { all: everything }, services: { app: [port] } });
  assert.equal(await rest(rig.connect()), '');
  const [refusal] = rig.refusals;
  assert.equal(refusal?.reason, 'no-available-server');
  assert.match(
    refusal?.text ?? '',
    new RegExp(`no server of app .* 127.0.0.1:${port}: connect ECONNREFUSED`),
  );
  await using nobody = await StreamRig.start({ tcpRouters: { all: everything }, services: { app: [] } });
  assert.equal(await rest(nobody.connect()), '');
});

test('the PROXY protocol tells the server who its client is', async () => {
  for (const proxyProtocol of [1, 2] as const) {
    const { promise: header, resolve } = Promise.withResolvers<Buffer>();
    await using place = await forwarding((socket) => socket.once('data', resolve).resume(), {
      transport: { proxyProtocol },
    });
    const client = place.rig.connect();
    await once(client, 'connect');
    const read = readProxyHeader(await header);
    assert.deepEqual(typeof read === 'object' && read.addresses, {
      source: '127.0.0.1',
      sourcePort: client.localPort,
      destination: '127.0.0.1',
      destinationPort: place.rig.port,
    });
    client.destroy();
  }
});

test('TLS is spoken with a server that wants it, and its certificate is verified', async () => {
  const { cert, key } = pki.issue('db', { san: 'DNS:db.example' });
  await using servers = new Servers();
  const secure = (onConnection: (socket: Socket) => void) => tls.createServer({ cert, key }, onConnection);
  const port = await servers.open(
    (socket) => socket.once('data', (chunk) => socket.end(`secret ${chunk}`)),
    secure,
  );
  const value = { servers: [{ address: `127.0.0.1:${port}`, tls: true }], transport: 'default' };
  const answerWith = async (ours: Partial<tls.ConnectionOptions> & { rootCAs: string[] }) => {
    await using rig = await StreamRig.start({
      tcpRouters: { all: everything },
      services: { app: { type: 'loadBalancer', value } },
      transport: {
        proxyProtocol: undefined,
        tls: {
          serverName: ours.servername,
          insecureSkipVerify: false,
          rootCAs: ours.rootCAs,
          certificates: [],
          peerCertURI: undefined,
        },
      },
    });
    const client = rig.connect();
    client.write('question');
    return [await rest(client), rig.refusals[0]?.text];
  };
  const known = { rootCAs: [pki.ca.cert] };
  assert.deepEqual(await answerWith({ ...known, servername: 'db.example' }), ['secret question', undefined]);
  assert.match((await answerWith({ ...known, servername: 'other.example' }))[1] ?? '', /other\.example/);
  assert.match((await answerWith({ rootCAs: [pki.issue('x').cert] }))[1] ?? '', /rootCAs/);
});

test('a server that says nothing while it is dialled is given up after the dial time-out', async () => {
  await using servers = new Servers();
  const port = await servers.open((socket) => void socket.resume());
  const value = { servers: [{ address: `127.0.0.1:${port}`, tls: true }], transport: 'default' };
  await using rig = await StreamRig.start({
    tcpRouters: { all: everything },
    services: { app: { type: 'loadBalancer', value } },
    transport: { dialTimeoutMs: 100 },
  });
  assert.equal(await rest(rig.connect()), '');
  assert.match(rig.refusals[0]?.text ?? '', /it has not answered in time/);
});

test('a client that leaves while its server is dialled leaves nothing behind', async () => {
  await using servers = new Servers();
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const { promise: dialled, resolve: dial } = Promise.withResolvers<void>();
  const port = await servers.open((socket) => {
    dial();
    socket
      .resume()
      .on('close', leave)
      .on('end', () => socket.destroy());
  });
  const value = { servers: [{ address: `127.0.0.1:${port}`, tls: true }], transport: 'default' };
  const rig = await StreamRig.start({
    tcpRouters: { all: everything },
    services: { app: { type: 'loadBalancer', value } },
  });
  const client = rig.connect();
  await dialled;
  client.on('error', () => {}).destroy();
  await rig[Symbol.asyncDispose]();
  await left;
});

test('inFlightConn closes what one client opens beyond its limit', async () => {
  await using servers = new Servers();
  const port = await servers.open((socket) => socket.write('in'));
  const middlewares = {
    limit: { type: 'inFlightConn', amount: 2, cell: { segment: 0, offset: 0, words: 8193 } },
  };
  const rig = await StreamRig.start({
    services: { app: [port] },
    tcpRouters: {},
  });
  await using _ = rig;
  rig.cells.acquire('limit', 8193);
  await rig.apply({
    middlewares: middlewares as StreamRigInit['middlewares'] & object,
    services: { app: [port] },
    tcpRouters: { all: { ...everything, middlewares: ['limit'] } },
  });
  const first = rig.connect();
  const second = rig.connect();
  await Promise.all([piece(first), piece(second)]);
  assert.equal(await rest(rig.connect()), '');
  assert.deepEqual(
    rig.refusals.map(({ reason, text }) => [reason, text]),
    [['too-many-connections', undefined]],
    'counted, not written',
  );
  first.resetAndDestroy();
  second.resetAndDestroy();
  // The worker hears of it as soon as its loop turns.
  for (let answer = ''; answer !== 'in'; ) {
    const third = rig.connect();
    answer = await Promise.race([piece(third), once(third, 'end').then(() => '')]);
    third.destroy();
  }
});

test('ipAllowList lets in its ranges only', async () => {
  for (const [sourceRange, expected] of [
    [['127.0.0.0/8'], 'in'],
    [['10.0.0.0/8', '192.0.2.1'], ''],
  ] as const) {
    await using place = await forwarding(name('in'), {
      middlewares: { allow: { type: 'ipAllowList', sourceRange } },
      tcpRouters: { all: { ...everything, middlewares: ['allow'] } },
    });
    assert.equal(await rest(place.rig.connect()), expected);
    const [refusal] = place.rig.refusals;
    assert.equal(refusal?.reason, expected === 'in' ? undefined : 'address-not-allowed');
  }
});
