/** Mutual TLS as `curl --cert client.pem --key client.key` meets it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Issued, Pki } from '../tls/pki.ts';
import { type Listening, listening, options } from './listening.ts';

const pki = new Pki();
const stranger = new Pki();
const child = pki.issue('child', { san: 'DNS:child.example,IP:127.0.0.1', usage: 'serverAuth' });
const parent = pki.issue('parent', { usage: 'clientAuth' });
const uplink = {
  name: 'uplink',
  kind: 'uplink',
  requireVerified: true,
  certificates: [child],
  tls: {
    options: {
      default: options({}),
      'uplink@file': options({
        clientAuthType: 'RequireAndVerifyClientCert',
        clientAuthorities: [pki.ca.cert],
      }),
    },
    fallback: { uplink: 'uplink@file' },
  },
} as const;
let place: Listening;

before(async () => {
  place = await listening(uplink);
});
after(async () => {
  await place[Symbol.asyncDispose]();
  pki[Symbol.dispose]();
  stranger[Symbol.dispose]();
});

interface Curled {
  readonly code: number;
  readonly out: string;
}

async function curl(shown: Issued | undefined, extra: string[] = []): Promise<Curled> {
  const identity = shown ? ['--cert', shown.certFile, '--key', shown.keyFile] : [];
  const url = `https://127.0.0.1:${place.port}/api/uplinks`;
  try {
    const { stdout } = await promisify(execFile)('curl', [
      ...['-sS', '--max-time', '60', '--cacert', pki.ca.certFile],
      ...identity,
      ...extra,
      url,
    ]);
    return { code: 0, out: stdout };
  } catch (error) {
    return { code: (error as { code: number }).code, out: (error as { stdout: string }).stdout };
  }
}

test('a parent that our authority has signed is served, and known as verified', async () => {
  for (const version of [['--tlsv1.3'], ['--tls-max', '1.2']]) {
    const { code, out } = await curl(parent, version);
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).tls.verified, true);
    assert.equal(JSON.parse(out).tls.options, 'uplink@file');
  }
});

test('each other client is turned away without an answer, with its own reason', async () => {
  const cases: [reason: string, shown: Issued | undefined][] = [
    ['no-certificate', undefined],
    ['wrong-authority', stranger.issue('stranger', { usage: 'clientAuth' })],
    ['wrong-authority', stranger.ca],
    ['certificate-expired', pki.issue('old', { from: '20200101000000Z', to: '20200201000000Z' })],
    ['certificate-not-yet-valid', pki.issue('new', { from: '20990101000000Z', to: '20990201000000Z' })],
    ['certificate-refused', child],
  ];
  for (const [reason, shown] of cases)
    for (const version of [['--tlsv1.3'], ['--tls-max', '1.2']]) {
      place.refusals.length = 0;
      const { code, out } = await curl(shown, version);
      assert.notEqual(code, 0, reason);
      assert.equal(out, '', reason);
      assert.deepEqual(
        place.refusals.map((refusal) => [refusal.reason, refusal.client]),
        [[reason, '127.0.0.1']],
      );
    }
});

test('plain HTTP is turned away before it is read', async () => {
  place.refusals.length = 0;
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    `curl -s --max-time 60 http://127.0.0.1:${place.port}/api/uplinks || echo refused $?`,
  ]);
  assert.match(stdout, /^refused/);
  assert.equal(place.refusals[0]?.reason, 'no-certificate');
});

test('a session that began under other options is no way in', async () => {
  const open = await listening({ ...uplink, requireVerified: false, tls: {}, name: 'open' });
  await using _ = open;
  const dial = (port: number, session?: Buffer) =>
    tls
      .connect({ port, host: '127.0.0.1', ca: pki.ca.cert, session, maxVersion: 'TLSv1.2' })
      .on('error', () => {});
  const connect = async (port: number, session?: Buffer) => {
    const socket = dial(port, session);
    await once(socket, 'secureConnect');
    return socket;
  };
  const first = await connect(open.port);
  const session = first.getSession();
  first.destroy();
  const again = await connect(open.port, session);
  assert.ok(again.isSessionReused(), 'where it began it is resumed');
  again.destroy();
  place.refusals.length = 0;
  await new Promise((done) => dial(place.port, session).once('close', done));
  assert.equal(place.refusals[0]?.reason, 'no-certificate');
});

/** A client may know before the server that it has gone. */
async function refused(): Promise<void> {
  for (let tries = 0; place.refusals.length === 0 && tries < 6000; tries++) await delay(10);
}

test('a parent that does not trust us is told of, with what it has to change', async () => {
  place.refusals.length = 0;
  const { code } = await curl(parent, ['--cacert', stranger.ca.certFile]);
  assert.equal(code, 60);
  await refused();
  assert.match(place.refusals[0]?.text ?? '', /does not know the authority .* rootCAs/);
});

test('a parent that refuses the names in our certificate is told of', async () => {
  place.refusals.length = 0;
  const servername = 'elsewhere.example';
  const socket = tls.connect({ ...parent, port: place.port, host: '127.0.0.1', ca: pki.ca.cert, servername });
  const [error] = await once(socket, 'error');
  assert.match(String(error), /altnames/);
  await refused();
  assert.equal(place.refusals[0]?.reason, 'left');
});

test('changed authorities hold for the next connection', async () => {
  const changed = await listening(uplink);
  await using _ = changed;
  const other = stranger.issue('parent-2', { usage: 'clientAuth' });
  const ask = async (shown: Issued) => {
    const socket = tls.connect({ ...shown, port: changed.port, host: '127.0.0.1', ca: pki.ca.cert });
    socket.on('error', () => {});
    socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const chunks = await socket.toArray().catch(() => []);
    return Buffer.concat(chunks).toString().slice(0, 15);
  };
  assert.equal(await ask(parent), 'HTTP/1.1 200 OK');
  assert.equal(await ask(other), '');
  const opened = options({
    clientAuthType: 'RequireAndVerifyClientCert',
    clientAuthorities: [stranger.ca.cert],
  });
  changed.secure(
    { ...uplink.tls, options: { default: options({}), 'uplink@file': opened } } as never,
    uplink.certificates,
  );
  assert.equal(await ask(other), 'HTTP/1.1 200 OK');
  assert.equal(await ask(parent), '');
});
