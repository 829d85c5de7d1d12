import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { Pki } from '../tls/pki.ts';
import { type Listening, type ListeningInit, listening, options } from './listening.ts';

const pki = new Pki();
const plum = pki.issue('plum', { san: 'DNS:plum.example' });
const fallback = pki.issue('fallback', { san: 'DNS:fallback.example' });
const usual: ListeningInit = {
  certificates: [plum, fallback],
  tls: {
    options: {
      default: options({}),
      modern: options({ minVersion: 'VersionTLS13' }),
      old: options({ minVersion: 'VersionTLS10', maxVersion: 'VersionTLS11' }),
      strict: options({ sniStrict: true }),
      narrow: options({
        cipherSuites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
        maxVersion: 'VersionTLS12',
      }),
    },
    hosts: {
      web: {
        'modern.example': 'modern',
        'old.example': 'old',
        'narrow.example': 'narrow',
        'strict.example': 'strict',
        '*.strict.example': 'strict',
      },
    },
    refused: { web: ['refused.example'] },
  },
};
let place: Listening;

before(async () => {
  place = await listening(usual);
});
after(async () => {
  await place[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
});

const request = 'GET / HTTP/1.1\r\nHost: x.example\r\nConnection: close\r\n\r\n';

/** What the entry point knows of a client that sends these bytes, in these pieces. */
async function ask(socket: net.Socket, pieces: readonly (string | Buffer)[] = [request]) {
  for (const piece of pieces) {
    socket.write(piece);
    if (pieces.length > 1) await delay(1);
  }
  const answer = Buffer.concat(await socket.toArray()).toString();
  return JSON.parse(answer.split('\r\n\r\n')[1] || '{}');
}

async function handshake(wish: tls.ConnectionOptions & { port?: number }): Promise<tls.TLSSocket | string> {
  const socket = tls.connect({ port: place.port, host: '127.0.0.1', rejectUnauthorized: false, ...wish });
  try {
    await once(socket, 'secureConnect');
    return socket;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}

async function shown(wish: tls.ConnectionOptions): Promise<string> {
  const socket = await handshake(wish);
  if (typeof socket === 'string') return socket;
  const shownName = socket.getPeerX509Certificate()?.subject ?? '';
  socket.destroy();
  return shownName;
}

test('plain HTTP and TLS are served on one port', async () => {
  const plain = await ask(net.connect(place.port, '127.0.0.1'));
  assert.equal(plain.entryPoint, 'web');
  assert.equal(plain.tls, undefined);
  const socket = (await handshake({ servername: 'plum.example' })) as tls.TLSSocket;
  const secure = await ask(socket);
  assert.deepEqual(secure.tls, {
    serverName: 'plum.example',
    options: 'default',
    version: 'TLSv1.3',
    cipher: secure.tls.cipher,
    verified: false,
    authorities: [],
  });
});

test('a request that comes byte by byte is served all the same', async () => {
  const answer = await ask(net.connect(place.port, '127.0.0.1'), [...request]);
  assert.equal(answer.entryPoint, 'web');
});

test('a greeting in small pieces is served all the same', async () => {
  const through = net.createServer((from) => {
    const to = net.connect(place.port, '127.0.0.1');
    to.setNoDelay(true);
    to.pipe(from);
    from.on('data', async (bytes) => {
      from.pause();
      for (const byte of bytes) to.write(Buffer.from([byte]));
      await delay(1);
      from.resume();
    });
    from.on('close', () => to.destroy());
    for (const side of [from, to]) side.on('error', () => {});
  });
  through.listen(0, '127.0.0.1');
  await once(through, 'listening');
  const { port } = through.address() as net.AddressInfo;
  const socket = (await handshake({ port, servername: 'plum.example' })) as tls.TLSSocket;
  assert.equal((await ask(socket)).tls.serverName, 'plum.example');
  through.close();
});

test('the certificate is chosen by the server name', async () => {
  assert.equal(await shown({ servername: 'plum.example' }), 'CN=plum');
  assert.equal(await shown({ servername: 'PLUM.example' }), 'CN=plum');
  assert.equal(await shown({ servername: 'other.example' }), 'CN=fallback');
  assert.equal(await shown({}), 'CN=fallback');
});

test('versions, suites and protocols are those of the options of that name', async () => {
  const cases: [wish: tls.ConnectionOptions, expected: RegExp][] = [
    [{ servername: 'modern.example' }, /^CN=/],
    [{ servername: 'modern.example', maxVersion: 'TLSv1.2' }, /ALERT_PROTOCOL_VERSION/],
    [{ servername: 'old.example' }, /PROTOCOL_VERSION|UNSUPPORTED/],
    [
      { servername: 'old.example', minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
      /^CN=/,
    ],
    [
      { servername: 'x.example', minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
      /ALERT_PROTOCOL_VERSION/,
    ],
    [{ servername: 'narrow.example', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' }, /^CN=/],
    [{ servername: 'narrow.example', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }, /HANDSHAKE_FAILURE/],
    [{ servername: 'x.example', ALPNProtocols: ['x', 'http/1.1'] }, /^CN=/],
    [{ servername: 'x.example', ALPNProtocols: ['x'] }, /NO_APPLICATION_PROTOCOL/],
  ];
  for (const [wish, expected] of cases) assert.match(await shown(wish), expected, JSON.stringify(wish));
});

test('strict options want a certificate for the name', async () => {
  assert.match(await shown({ servername: 'strict.example' }), /UNRECOGNIZED_NAME/);
  assert.match(await shown({ servername: 'a.strict.example' }), /UNRECOGNIZED_NAME/);
});

test('a name whose options do not exist gets no word', async () => {
  assert.equal(await shown({ servername: 'refused.example' }), 'ECONNRESET');
});

test('what is neither is answered as TLS or HTTP would be', async () => {
  const raw = async (bytes: Buffer) => {
    const socket = net.connect(place.port, '127.0.0.1').on('error', () => {});
    socket.end(bytes);
    return Buffer.concat(await socket.toArray());
  };
  assert.deepEqual([...(await raw(Buffer.from([22, 3, 1, 0, 4, 9, 9, 9, 9])))], [21, 3, 3, 0, 2, 2, 50]);
  assert.match((await raw(Buffer.from('\x80nonsense\r\n\r\n', 'latin1'))).toString(), /^HTTP\/1\.1 400/);
});

test('a client that says nothing is left after the read time-out', async () => {
  await using impatient = await listening({ ...usual, readTimeoutMs: 100 });
  const silent = net.connect(impatient.port, '127.0.0.1');
  const halfway = net.connect(impatient.port, '127.0.0.1');
  halfway.write(Buffer.from([22, 3, 1]));
  await Promise.all([once(silent.resume(), 'close'), once(halfway.resume(), 'close')]);
});

test('the PROXY protocol names the client, when it comes from where it may', async () => {
  const header = 'PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n';
  const via = async (trustedIPs: string[], pieces: string[]) => {
    await using proxied = await listening({ ...usual, proxyProtocol: { insecure: false, trustedIPs } });
    return await ask(net.connect(proxied.port, '127.0.0.1'), pieces);
  };
  const known = await via(['127.0.0.0/8'], [header + request]);
  assert.deepEqual([known.address, known.port], ['192.0.2.7', 4711]);
  assert.equal((await via(['127.0.0.1'], [...(header + request)])).address, '192.0.2.7', 'in pieces');
  assert.equal(
    (await via(['10.0.0.0/8'], [header + request])).address,
    '127.0.0.1',
    'consumed, not believed',
  );
  assert.equal((await via(['127.0.0.1'], [request])).address, '127.0.0.1', 'there need not be one');
});

test('the PROXY protocol comes before TLS', async () => {
  await using proxied = await listening({ ...usual, proxyProtocol: { insecure: true, trustedIPs: [] } });
  const raw = net.connect(proxied.port, '127.0.0.1');
  await once(raw, 'connect');
  raw.write('PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n');
  const socket = tls.connect({ socket: raw, servername: 'plum.example', rejectUnauthorized: false });
  const answer = await ask(socket);
  assert.deepEqual([answer.address, answer.tls.serverName], ['2001:db8::7', 'plum.example']);
});

test('stopping lets a running request finish and ends the idle ones', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<() => void>();
  const slow = await listening({
    ...usual,
    handler: { handle: (exchange) => arrive(() => exchange.reply(200, [], 'late')) },
  });
  const idle = net.connect(slow.port, '127.0.0.1');
  await once(idle, 'connect');
  const running = net.connect(slow.port, '127.0.0.1');
  running.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const finish = await arrived;
  const stopped = slow[Symbol.asyncDispose]();
  await once(idle.resume(), 'close');
  finish();
  const answer = Buffer.concat(await running.toArray()).toString();
  assert.match(answer, /^HTTP\/1\.1 200 [^]*Connection: close[^]*late$/i);
  await stopped;
});

test('stopping ends what does not finish in time', async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<unknown>();
  const stuck = await listening({ ...usual, graceMs: 50, handler: { handle: arrive } });
  const running = net.connect(stuck.port, '127.0.0.1').on('error', () => {});
  const closed = once(running.resume(), 'close');
  running.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await arrived;
  await stuck[Symbol.asyncDispose]();
  await closed;
});
