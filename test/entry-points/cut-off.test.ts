/** Whoever is no longer welcome at an uplink port: what it holds is cut, and what it has kept is no way back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { after, before, beforeEach, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { type Issued, Pki } from '../tls/pki.ts';
import {
  type Dial,
  dial,
  invitation,
  invitedIdentity,
  invitedName,
  noParent,
  pairedName,
  parentIdentity,
  say,
  statusOf,
} from './peer-client.ts';
import { PairedKeys, type Standing } from './paired-keys.ts';
import { UplinkPort } from './uplink-port.ts';

const keys = new PairedKeys();
const { own, openKey, shown, parent } = keys;
let place: UplinkPort;

/** What is said changes them. */
const identities = (standing?: Standing) => keys.identities(standing);

before(async () => {
  place = await UplinkPort.open({ pki: own, shown });
});
beforeEach(() => place.admit(identities()));
after(async () => {
  await place[Symbol.asyncDispose]();
  keys[Symbol.dispose]();
});

const at = (serverName: string, key: Issued = parent): Dial => ({ port: place.port, serverName, shown: key });
const shop = 'Host: x\r\nFairlead-Uplink: shop\r\n';

/** Resolves once the server has answered what was written. */
async function answered(socket: TLSSocket, text: string, wanted: RegExp): Promise<TLSSocket> {
  socket.write(text);
  let seen = '';
  const limit = AbortSignal.timeout(60_000);
  while (!wanted.test(seen)) {
    const [chunk] = await once(socket, 'data', { signal: limit });
    seen += chunk;
  }
  return socket;
}

/** Connections of every kind, each in the middle of something. */
async function connections(where: Dial) {
  const idle = await answered(dial(where), `GET / HTTP/1.1\r\n${shop}\r\n`, /"url":"\/"/);
  const busy = await answered(dial(where), `GET /slow HTTP/1.1\r\n${shop}\r\n`, /first/);
  const upgrade = `GET /ws HTTP/1.1\r\n${shop}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  const joined = await answered(dial(where), upgrade, /101/);
  await answered(joined, 'echo me', /echo me/);
  const session = http2.connect('https://x', { createConnection: () => dial({ ...where, alpn: 'h2' }) });
  session.on('error', () => {});
  const stream = session.request({ ':path': '/slow', 'fairlead-uplink': 'shop' });
  stream.on('error', () => {});
  await once(stream, 'data');
  return { idle, busy, joined, session, stream };
}

test('a parent that is revoked is cut off at once, whatever is under way; others are not', async () => {
  const revoked = await connections(at(pairedName('a1')));
  const other = await connections(at(pairedName('b2')));
  const closed = Promise.all(
    [revoked.idle, revoked.busy, revoked.joined, revoked.session, revoked.stream].map(
      (each) => new Promise((done) => each.once('close', done)),
    ),
  );
  const startMs = performance.now();
  await place.admit(identities({ revoked: true }));
  await closed;
  assert.ok(performance.now() - startMs < 15_000);
  await answered(other.joined, 'still there', /still there/);
  await answered(other.idle, `GET /again HTTP/1.1\r\n${shop}\r\n`, /again/);
  assert.equal(other.session.closed, false);
  for (const each of Object.values(other)) each.destroy();
});

test('an admission that is gone is one that is revoked', async () => {
  const { idle, busy, joined, session } = await connections(at(pairedName('a1')));
  const closed = Promise.all(
    [idle, busy, joined, session].map((each) => new Promise((done) => each.once('close', done))),
  );
  await place.admit([noParent(shown)]);
  await closed;
});

test('a new certificate or authority for the same parent drops nothing', async () => {
  const { idle, joined, stream, session } = await connections(at(pairedName('a1')));
  const [same, ...others] = identities();
  const renewed = own.issue('child-2', { usage: 'serverAuth' });
  await place.admit([{ ...same!, certificate: renewed }, ...others]);
  await answered(joined, 'still there', /still there/);
  await answered(idle, `GET /again HTTP/1.1\r\n${shop}\r\n`, /again/);
  assert.equal(stream.closed, false);
  const next = dial(at(pairedName('a1')));
  await once(next, 'secureConnect');
  assert.equal(next.getPeerX509Certificate()?.subject, 'CN=child-2');
  for (const each of [idle, joined, session, next]) each.destroy();
});

test('a parent that has replaced its authority keeps its connections when the old one goes', async () => {
  const { idle, joined, stream, session } = await connections(at(pairedName('a1')));
  const [, other, ...others] = identities();
  using next = new Pki();
  await place.admit([parentIdentity(shown, { pem: next.ca.cert, authority: 'a2' }), other!, ...others]);
  await answered(joined, 'still there', /still there/);
  await answered(idle, `GET /again HTTP/1.1\r\n${shop}\r\n`, /again/);
  assert.equal(stream.closed, false);
  place.refusals.length = 0;
  assert.equal(await say(at(pairedName('a1'))), '');
  assert.deepEqual(
    place.refusals.map(({ reason }) => reason),
    ['wrong-authority'],
    'but new ones only under the new one',
  );
  for (const each of [idle, joined, session]) each.destroy();
});

test('the answer that uses an invitation up still arrives; then the connection is closed', async () => {
  await using place = await UplinkPort.open({ pki: own, shown, identities: identities(), graceMs: 0 });
  const at = (serverName: string, key: Issued): Dial => ({ port: place.port, serverName, shown: key });
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  place.held = held;
  place.asked.length = 0;
  const answer = say(at(invitedName('open1'), openKey.ca), {
    method: 'POST',
    path: '/api/pairing/acceptance',
    body: '{}',
  });
  while (place.asked.length === 0) await delay(5);
  await place.admit(identities({ state: 'used' }));
  await delay(100);
  release();
  assert.equal(statusOf(await answer), '200');
  place.refusals.length = 0;
  assert.equal(await say(at(invitedName('open1'), openKey.ca)), '');
  assert.equal(place.refusals[0]?.reason, 'invitation-used');
});

test('an invitation that is withdrawn ends whatever was begun under it', async () => {
  const greeting = 'POST /api/pairing/greeting HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}';
  const socket = await answered(dial(at(invitedName('open1'), openKey.ca)), greeting, /answer/);
  const closed = new Promise((done) => socket.once('close', done));
  await place.admit(identities({ state: 'withdrawn' }));
  await closed;
});

test('whoever knows a secret that has been replaced since does not come to its end', async () => {
  const greeting = 'POST /api/pairing/greeting HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}';
  const socket = await answered(dial(at(invitedName('open1'), openKey.ca)), greeting, /answer/);
  const closed = new Promise((done) => socket.once('close', done));
  using another = new Pki();
  const replaced = invitedIdentity(shown, [invitation('open1', another.ca)]);
  const startMs = performance.now();
  await place.admit([...identities().filter(({ admission }) => admission.kind !== 'invited'), replaced]);
  await closed;
  assert.ok(performance.now() - startMs < 1000);
});

test('who is revoked between two messages of the handshake is turned away', async () => {
  place.refusals.length = 0;
  const socket = dial(at(pairedName('a1')));
  await once(socket, 'secureConnect');
  // Our side of the handshake is done as soon as it has read what the client sends with this.
  await Promise.all([
    new Promise((done) => socket.once('close', done)),
    place.admit(identities({ revoked: true })),
  ]);
  assert.ok(place.refusals.every(({ reason }) => reason === 'revoked' || reason === 'left'));
});

test('a session that was kept is judged anew', async () => {
  const where = at(pairedName('a1'));
  const first = dial(where);
  const kept: Buffer[] = [];
  first.on('session', (session: Buffer) => kept.push(session));
  await answered(first, `GET / HTTP/1.1\r\n${shop}\r\n`, /"url":"\/"/);
  const session = kept.at(-1) ?? first.getSession();
  first.destroy();
  const again = await answered(dial({ ...where, session }), `GET / HTTP/1.1\r\n${shop}\r\n`, /"url":"\/"/);
  assert.equal(again.isSessionReused(), false, 'each connection of a peer begins with its key');
  again.destroy();
  await place.admit(identities({ revoked: true }));
  place.refusals.length = 0;
  assert.equal(await say({ ...where, session }), '');
  assert.equal(await say({ ...where, shown: undefined, session }), '');
  assert.equal(await say({ ...at(invitedName('open1'), openKey.ca), shown: undefined, session }), '');
  assert.deepEqual(
    place.refusals.map(({ reason }) => reason),
    ['revoked', 'no-certificate', 'no-certificate'],
  );
});

test('an authority of caFiles that is taken away takes its clients along; those of the others stay', async () => {
  using leaving = new Pki();
  using staying = new Pki();
  const authorities = (...kept: Pki[]) => kept.map(({ ca }) => ca.cert).join('');
  const caFile = leaving.ca.certFile;
  const both = authorities(leaving, staying);
  writeFileSync(caFile, both);
  await using port = await UplinkPort.open({ pki: leaving, shown, handMade: true, graceMs: 500 });
  const by = (pki: Pki) => ({
    port: port.port,
    serverName: 'x.example',
    shown: pki.issue('by-hand', { usage: 'clientAuth' }),
  });
  const [gone, kept] = [await connections(by(leaving)), await connections(by(staying))];
  const closed = Object.values(gone).map((each) => new Promise((done) => each.once('close', done)));
  using another = new Pki();
  writeFileSync(caFile, both + another.ca.cert);
  while ((await say(by(another))) === '') await delay(20);
  await answered(gone.idle, `GET /again HTTP/1.1\r\n${shop}\r\n`, /again/);

  writeFileSync(caFile, authorities(another, staying));
  const startMs = performance.now();
  await Promise.all(closed);
  assert.ok(performance.now() - startMs < 15_000);
  await answered(kept.joined, 'still there', /still there/);
  await answered(kept.idle, `GET /again HTTP/1.1\r\n${shop}\r\n`, /again/);
  assert.equal(kept.session.closed, false);
  for (const each of Object.values(kept)) each.destroy();
});

test('what runs under an authority that is taken away may finish', async () => {
  using leaving = new Pki();
  using staying = new Pki();
  await using port = await UplinkPort.open({ pki: leaving, shown, handMade: true });
  const hand = leaving.issue('by-hand', { usage: 'clientAuth' });
  const socket = dial({ port: port.port, serverName: 'x.example', shown: hand });
  await answered(socket, `GET /soon HTTP/1.1\r\n${shop}\r\n`, /begun/);
  writeFileSync(leaving.ca.certFile, staying.ca.cert);
  const next = {
    port: port.port,
    serverName: 'x.example',
    shown: staying.issue('next', { usage: 'clientAuth' }),
  };
  while ((await say(next)) === '') await delay(20);
  const rest: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => rest.push(chunk));
  const closed = once(socket, 'close');
  port.finish();
  await closed;
  assert.match(Buffer.concat(rest).toString(), /finished/);
});

test('authorities that cannot be read turn nobody out', async () => {
  using pki = new Pki();
  await using port = await UplinkPort.open({ pki, shown, handMade: true });
  const hand = pki.issue('by-hand', { usage: 'clientAuth' });
  const where = { port: port.port, serverName: 'x.example', shown: hand };
  const { idle, joined, session, busy } = await connections(where);
  const caFile = readFileSync(pki.ca.certFile, 'utf8');
  rmSync(pki.ca.certFile);
  while ((await say(where)) !== '') await delay(20);
  await answered(joined, 'still there', /still there/);
  await answered(idle, `GET /again HTTP/1.1\r\n${shop}\r\n`, /again/);
  writeFileSync(pki.ca.certFile, caFile);
  while ((await say(where)) === '') await delay(20);
  await answered(idle, `GET /again HTTP/1.1\r\n${shop}\r\n`, /again/);
  for (const each of [idle, joined, session, busy]) each.destroy();
});

test('a certificate made by hand that has expired since is no better in a session that is resumed', async () => {
  await using both = await UplinkPort.open({ pki: own, shown, handMade: true });
  // Time enough for what comes before, however busy the machine is.
  const end = Math.ceil(Date.now() / 1000) + 6;
  const written = (seconds: number) => new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, '');
  const hand = own.issue('short', { usage: 'clientAuth', from: written(end - 3600), to: written(end) });
  const where: Dial = { port: both.port, serverName: 'x.example', shown: hand, maxVersion: 'TLSv1.2' };
  const first = await answered(dial(where), `GET /api/uplinks HTTP/1.1\r\nHost: x\r\n\r\n`, /200/);
  const session = first.getSession();
  first.destroy();
  const again = await answered(
    dial({ ...where, session }),
    `GET /api/uplinks HTTP/1.1\r\nHost: x\r\n\r\n`,
    /200/,
  );
  assert.equal(again.isSessionReused(), true);
  again.destroy();
  // OpenSSL looks at a clock that is coarser than ours.
  while (Date.now() <= end * 1000 + 100) await delay(50);
  both.refusals.length = 0;
  assert.equal(await say({ ...where, session }), '');
  assert.deepEqual(
    both.refusals.map(({ reason }) => reason),
    ['certificate-expired'],
  );
});
