import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pairing } from '../../src/pairing/pairing.ts';
import { PairingError } from '../../src/pairing/pairing-error.ts';
import { api } from './api-for-tests.ts';

const view = { node: { name: 'a', id: '1', fingerprint: 'ab' }, peers: [], invitations: [] };
const token = 'a-token-of-some-length';
const bearer = { authorization: `Bearer ${token}`, connection: 'close' };

/** Keeps what it was told to do. */
function scriptedPairing() {
  const done: unknown[] = [];
  const pairing = {
    list: () => view,
    invite: async (wish: object) => {
      done.push(['invite', wish]);
      return { id: '7', name: undefined, expiresAt: '2026-01-02T03:04:05Z', invitation: 'line' };
    },
    join: async () => {
      throw new PairingError('fingerprint-wrong', 'somebody is in between', 'Look at the network.');
    },
    revoke: async (name: string) => {
      throw new PairingError('peer-unknown', `there is no peer ${name}`, 'See pair list.');
    },
  } as unknown as Pairing;
  return { pairing, done };
}

const paths = [
  ['GET', '/api/pairing'],
  ['POST', '/api/pairing/invitations'],
  ['DELETE', '/api/pairing/invitations/7'],
  ['POST', '/api/pairing/children'],
  ['POST', '/api/pairing/renewals'],
  ['POST', '/api/pairing/authorities'],
  ['DELETE', '/api/pairing/peers/b'],
] as const;

for (const [method, path] of paths)
  test(`${method} ${path} is for nobody without the token`, async (context) => {
    const { pairing, done } = scriptedPairing();
    const { address } = await api(context, undefined, { pairing, token });
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(address + path, { method, headers: { connection: 'close', ...headers } })).status;
    assert.equal(await statusWith({}), 401);
    for (const wrong of [
      'Bearer',
      'Bearer ',
      `Bearer ${token}x`,
      `Basic ${token}`,
      token,
      'Bearer undefined',
    ])
      assert.equal(await statusWith({ authorization: wrong }), 401, wrong);
    assert.equal(done.length, 0);
  });

test('what is done is served before it is said', async (context) => {
  const { pairing, done } = scriptedPairing();
  const order: string[] = [];
  const { promise: served, resolve: serve } = Promise.withResolvers<void>();
  const settle = async () => {
    assert.equal(done.length, 1);
    setImmediate(serve);
    await served;
    order.push('served');
  };
  const { address } = await api(context, undefined, { pairing, token, settle });
  const body = JSON.stringify({ addresses: ['192.0.2.1:9443'] });
  const { status } = await fetch(`${address}/api/pairing/invitations`, {
    ...{ method: 'POST', headers: bearer, body },
  });
  order.push(`answered ${status}`);
  assert.deepEqual(order, ['served', 'answered 200']);
});

test('without a token of the node nobody gets in, whatever is shown', async (context) => {
  const { pairing } = scriptedPairing();
  const { address } = await api(context, undefined, { pairing });
  for (const headers of [{}, { authorization: 'Bearer undefined' }, { authorization: 'Bearer ' }]) {
    const response = await fetch(`${address}/api/pairing`, { headers: { connection: 'close', ...headers } });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /api\.token/);
  }
});

test('with the token one may look, and do what is to be done', async (context) => {
  const { pairing, done } = scriptedPairing();
  const uplinkAddresses = () => ['192.0.2.1:9443'];
  const { address, get } = await api(context, undefined, { pairing, token, uplinkAddresses });
  assert.deepEqual((await get('/api/pairing', bearer)).json, view);
  const invite = (body: object) =>
    fetch(`${address}/api/pairing/invitations`, {
      method: 'POST',
      headers: bearer,
      body: JSON.stringify(body),
    });
  assert.equal(
    ((await (await invite({ expires: '15m' })).json()) as { invitation: string }).invitation,
    'line',
  );
  await invite({ name: 'b', addresses: ['b.lan:9443'] });
  assert.deepEqual(done, [
    ['invite', { addresses: ['192.0.2.1:9443'], name: undefined, expiresMs: 900_000 }],
    ['invite', { addresses: ['b.lan:9443'], name: 'b', expiresMs: 3_600_000 }],
  ]);
});

test('what is asked wrongly is said with the place, what cannot be done with code and remedy', async (context) => {
  const { pairing } = scriptedPairing();
  const { address } = await api(context, undefined, { pairing, token });
  const ask = async (method: string, path: string, body?: string) => {
    const response = await fetch(`${address}/api/pairing/${path}`, {
      method,
      headers: bearer,
      body: body ?? null,
    });
    return [response.status, JSON.parse(await response.text()) as object] as const;
  };
  const [wrong, said] = await ask('POST', 'invitations', '{"expires": "soon"}');
  assert.equal(wrong, 400);
  assert.match(JSON.stringify(said), /expires: .*15m/);
  assert.equal((await ask('POST', 'invitations', '[1]'))[0], 400);
  assert.equal((await ask('POST', 'invitations', `{"name": "${'x'.repeat(70_000)}"}`))[0], 400);
  assert.deepEqual(await ask('POST', 'children', '{"invitation": "x"}'), [
    409,
    { message: 'somebody is in between', code: 'fingerprint-wrong', remedy: 'Look at the network.' },
  ]);
  assert.equal((await ask('DELETE', 'peers/b'))[0], 404);
  assert.equal((await ask('DELETE', 'invitations'))[0], 405);
});

test('where pairing is off, that is what is said', async (context) => {
  const { get } = await api(context, undefined, { token });
  const { status, text } = await get('/api/pairing', bearer);
  assert.equal(status, 409);
  assert.match(text, /hub\.pairing/);
});
