/** Who comes to an uplink port of a node that is paired, and what becomes of whoever should not. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { type Issued, Pki } from '../tls/pki.ts';
import * as client from './peer-client.ts';
import { type Dial, invitation, invitedName, pairedName, say, statusOf } from './peer-client.ts';
import { UplinkPort } from './uplink-port.ts';

const own = new Pki();
const authority = new Pki();
const stranger = new Pki();
const shown = own.issue('child', { usage: 'serverAuth' });
const parent = authority.issue('parent', { usage: 'clientAuth' });
/** Self-signed, as whoever redeems an invitation shows it. */
const [openKey, usedKey, otherKey] = [new Pki(), new Pki(), new Pki()];
const invitations = [
  invitation('open1', openKey.ca),
  invitation('used1', usedKey.ca, { state: 'used' }),
  invitation('back1', usedKey.ca, { state: 'withdrawn' }),
  invitation('late1', usedKey.ca, { expiresAtMs: Date.now() - 1 }),
];
const identities = [
  client.parentIdentity(shown, { pem: authority.ca.cert }),
  client.parentIdentity(shown, { pem: authority.ca.cert, authority: 'gone', revoked: true }),
  client.invitedIdentity(shown, invitations),
  client.noParent(shown),
];
let place: UplinkPort;

before(async () => {
  place = await UplinkPort.open({ pki: own, shown, identities });
});
after(async () => {
  await place[Symbol.asyncDispose]();
  for (const pki of [own, authority, stranger, openKey, usedKey, otherKey]) pki[Symbol.dispose]();
});

const at = (serverName: string, key?: Issued): Dial => ({ port: place.port, serverName, shown: key });
const dated = (from: string, to: string) => authority.issue(`p${from}`, { usage: 'clientAuth', from, to });

test('a paired parent is served, and known by name', async () => {
  const list = await say(at(pairedName('a1'), parent));
  assert.equal(statusOf(list), '200');
  assert.match(list, /api \/uplink-entry-points\/uplink$/);
  assert.equal(place.heads.at(-1)?.['fairlead-peer'], 'parent node-1 front');
  const answer = await say(at(pairedName('a1'), parent), {
    path: '/x',
    fields: 'Fairlead-Uplink: shop\r\nX-Forwarded-For: 203.0.113.7\r\n',
  });
  const { headers } = JSON.parse(answer.slice(answer.indexOf('{')));
  assert.equal(headers['x-forwarded-for'], '203.0.113.7', 'the client is the one the parent tells of');
});

/** Each by whatever a client of TLS 1.3 can do; `says` is what the log makes of it. */
const table: [reason: string, serverName: string, key: () => Issued | undefined, says: RegExp][] = [
  ['no-certificate', pairedName('a1'), () => undefined, /showed no certificate/],
  ['no-certificate', invitedName('open1'), () => undefined, /showed no certificate/],
  ['no-certificate', 'uplink.example', () => parent, /asked for no name of pairing/],
  [
    'wrong-authority',
    pairedName('a1'),
    () => stranger.issue('x', { usage: 'clientAuth' }),
    /is not the authority of the parent front \(CN=x\)/,
  ],
  ['wrong-authority', pairedName('a1'), () => stranger.ca, /signed by itself and not by the authority of/],
  ['wrong-authority', pairedName('zz'), () => parent, /not paired with its authority, or no longer/],
  ['wrong-name', pairedName('a1', 'ffff'), () => parent, /it means another node/],
  [
    'certificate-expired',
    pairedName('a1'),
    () => dated('20200101000000Z', '20200201000000Z'),
    /on 2020-02-01T/,
  ],
  [
    'certificate-not-yet-valid',
    pairedName('a1'),
    () => dated('20990101000000Z', '20990201000000Z'),
    /not valid before 2099-01-01T00:00:00.000Z, \d+ s from now .* one of the two clocks is wrong/,
  ],
  [
    'certificate-refused',
    pairedName('a1'),
    () => authority.issue('c', { usage: 'serverAuth' }),
    /for clients/,
  ],
  ['certificate-refused', pairedName('a1'), () => authority.issue('n'), /extended key usage clientAuth/],
  ['revoked', pairedName('gone'), () => parent, /the parent front is revoked: an invitation/],
  ['revoked', pairedName('gone'), () => dated('20210101000000Z', '20210201000000Z'), /front is revoked/],
  ['invitation-unknown', invitedName('none1'), () => openKey.ca, /no invitation none1 here: .*pair invite/],
  ['invitation-used', invitedName('used1'), () => usedKey.ca, /used1 has been used already: make a new one/],
  ['invitation-withdrawn', invitedName('back1'), () => usedKey.ca, /back1 was withdrawn/],
  ['invitation-expired', invitedName('late1'), () => usedKey.ca, /late1 has expired on 20/],
  [
    'secret-wrong',
    invitedName('open1'),
    () => otherKey.ca,
    /not that of the invitation open1: copy it whole/,
  ],
  ['secret-wrong', invitedName('used1'), () => otherKey.ca, /not that of the invitation used1/],
];

test('each stranger is turned away for its own reason, without a byte of an answer', async () => {
  for (const [reason, serverName, key, says] of table) {
    place.refusals.length = 0;
    place.log.length = 0;
    const shownKey = key();
    const answer = await say(at(serverName, shownKey), { fields: 'Fairlead-Uplink: shop\r\n' });
    assert.equal(answer, '', reason);
    assert.deepEqual(
      place.refusals.map((each) => [each.reason, each.client]),
      [[reason, '127.0.0.1']],
    );
    assert.match(place.log.join(), says);
  }
});

test('openssl and curl are turned away alike', async () => {
  const cases: [reason: string, serverName: string, key: Issued | undefined][] = [
    ['no-certificate', pairedName('a1'), undefined],
    ['wrong-authority', pairedName('a1'), stranger.ca],
    ['invitation-used', invitedName('used1'), usedKey.ca],
    ['secret-wrong', invitedName('open1'), otherKey.ca],
  ];
  const { port } = place;
  for (const [reason, name, key] of cases) {
    const openssl = ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', name, '-quiet', '-ign_eof'];
    const curl = [
      '-sSk',
      '--max-time',
      '60',
      '--connect-to',
      `${name}:443:127.0.0.1:${port}`,
      `https://${name}/`,
    ];
    const shows = (flag: string) => (key ? [`${flag}cert`, key.certFile, `${flag}key`, key.keyFile] : []);
    for (const [program, args] of [
      ['openssl', [...openssl, ...shows('-')]],
      ['curl', [...curl, ...shows('--')]],
    ] as const) {
      place.refusals.length = 0;
      const run = promisify(execFile)(program, args, { timeout: 120_000 });
      run.child.stdin?.end('GET /api/uplinks HTTP/1.1\r\nHost: x\r\n\r\n');
      const { stdout } = await run.catch((error: { stdout: string }) => error);
      assert.equal(stdout, '', `${program} ${reason}`);
      assert.equal(place.refusals[0]?.reason, reason, program);
    }
  }
});

test('what is older than TLS 1.3, or no TLS at all, never comes so far', async () => {
  place.refusals.length = 0;
  const old: Dial = { ...at(pairedName('a1'), parent), maxVersion: 'TLSv1.2' };
  assert.equal(await say(old), '');
  assert.deepEqual(
    place.refusals.map(({ reason }) => reason),
    ['handshake-failed'],
  );
  place.refusals.length = 0;
  const plain = await promisify(execFile)('curl', ['-s', `http://127.0.0.1:${place.port}/`]).catch(
    (error) => error,
  );
  assert.equal(plain.stdout, '');
  assert.deepEqual(
    place.refusals.map(({ reason }) => reason),
    ['no-certificate'],
  );
});

test('whoever is invited may pair, and nothing else', async () => {
  const invited = at(invitedName('open1'), openKey.ca);
  const greeting = await say(invited, {
    method: 'POST',
    path: '/api/pairing/greeting',
    body: '{"node":"n"}',
  });
  assert.equal(statusOf(greeting), '200');
  assert.deepEqual(place.asked, [
    {
      peer: { kind: 'invited', id: 'open1', name: 'open1' },
      path: '/api/pairing/greeting',
      body: { node: 'n' },
    },
  ]);
  place.heads.length = 0;
  const others: client.Said[] = [
    { path: '/api/uplinks' },
    { path: '/', fields: 'Fairlead-Uplink: shop\r\n' },
    { path: '/api/pairing/greeting' },
    { method: 'POST', path: '/api/pairing/renewal', body: '{}' },
    { method: 'POST', path: '/api/pairing/farewell', body: '{}' },
    { method: 'POST', path: '/api/pairing/greeting/../../uplinks', body: '{}' },
    { method: 'POST', path: '/peers/api/pairing/farewell', body: '{}' },
    { method: 'POST', path: '/api/pairing/greeting', body: '{}', fields: 'Fairlead-Uplink: shop\r\n' },
    { path: '/api/rawdata' },
  ];
  for (const other of others) assert.equal(statusOf(await say(invited, other)), '404', other.path);
  assert.deepEqual(place.heads, [], 'nothing of it has come to the control plane');
});

test('a parent may renew and take its leave, but not join anew', async () => {
  const paired = at(pairedName('a1'), parent);
  const post = (question: string): client.Said => ({
    method: 'POST',
    path: `/api/pairing/${question}`,
    body: '{}',
  });
  for (const question of ['renewal-request', 'renewal', 'farewell'])
    assert.equal(statusOf(await say(paired, post(question))), '200', question);
  for (const question of ['greeting', 'acceptance', 'anything', ''])
    assert.equal(statusOf(await say(paired, post(question))), '404', question);
});

test('nobody can say who it is: the field is ours alone', async () => {
  place.asked.length = 0;
  const forged = 'Fairlead-Peer: parent node-9 root\r\nfairlead-peer: parent node-8 root\r\n';
  await say(at(pairedName('a1'), parent), {
    method: 'POST',
    path: '/api/pairing/farewell',
    body: '{}',
    fields: forged,
  });
  assert.deepEqual(
    place.asked.map(({ peer }) => peer.id),
    ['node-1'],
  );
  await say(at(pairedName('a1'), parent), { fields: forged });
  assert.equal(place.heads.at(-1)?.['fairlead-peer'], 'parent node-1 front');
});

test('hand-made certificates go on working beside pairing, and speak of no pairing', async () => {
  await using both = await UplinkPort.open({ pki: own, shown, identities, handMade: true });
  const hand = own.issue('hand', { usage: 'clientAuth' });
  const byHand: Dial = { port: both.port, serverName: 'child.example', shown: hand };
  assert.equal(statusOf(await say(byHand)), '200');
  assert.equal(both.heads.at(-1)?.['fairlead-peer'], undefined);
  const forged = {
    method: 'POST',
    path: '/api/pairing/farewell',
    body: '{}',
    fields: 'Fairlead-Peer: parent node-1 x\r\n',
  };
  assert.equal(statusOf(await say(byHand, forged)), '404');
  assert.equal(statusOf(await say({ ...byHand, serverName: pairedName('a1'), shown: parent })), '200');
  both.refusals.length = 0;
  assert.equal(await say({ ...byHand, shown: parent }), '', 'a paired parent is none of theirs');
  assert.equal(await say({ ...byHand, serverName: pairedName('a1') }), '', 'nor the other way round');
  assert.deepEqual(
    both.refusals.map(({ reason }) => reason),
    ['wrong-authority', 'wrong-authority'],
  );
  assert.equal(statusOf(await say({ ...byHand, maxVersion: 'TLSv1.2' })), '200');
});

test('whom an open port believes is not whom it serves', async () => {
  await using open = await UplinkPort.open({ pki: own, shown, identities, requireVerified: false });
  const told = 'Fairlead-Uplink: shop\r\nX-Forwarded-For: 203.0.113.7\r\n';
  const seenBy = async (where: Dial) => {
    const answer = await say(where, { fields: told });
    return JSON.parse(answer.slice(answer.indexOf('{'))).headers['x-forwarded-for'];
  };
  assert.equal(await seenBy({ port: open.port, serverName: pairedName('a1'), shown: parent }), '203.0.113.7');
  assert.equal(await seenBy({ port: open.port, serverName: 'else.example' }), '127.0.0.1');
  assert.equal(await say({ port: open.port, serverName: pairedName('a1') }, { fields: told }), '');
});
