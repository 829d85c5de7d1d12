/** What peers are answered, behind the private socket of the control plane. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Peer } from '../../src/model/peer.ts';
import { createPeerListener } from '../../src/surfaces/peers/peer-listener.ts';

const asked: { peer: Peer; path: string; body: unknown }[] = [];
const faults: Error[] = [];
let reply: (() => Promise<unknown>) | undefined;
const server = createServer(
  createPeerListener({
    answerPeer: async (peer, { path, body }) => {
      asked.push({ peer, path, body });
      return reply === undefined ? { said: 'yes' } : reply();
    },
    onFault: (error) => faults.push(error),
  }),
);

before(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
after(() => server.close());

interface Ask {
  readonly peer?: string;
  readonly method?: string;
  readonly body?: string;
}

async function ask(question: string, { peer, method = 'POST', body = '{"node":"n"}' }: Ask = {}) {
  asked.length = 0;
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/peers/api/pairing/${question}`, {
    method,
    headers: { ...(peer !== undefined && { 'Fairlead-Peer': peer }), Connection: 'close' },
    ...(method === 'POST' && { body }),
  });
  return { status: response.status, text: await response.text() };
}

test('a peer is answered as whom the field says', async () => {
  const { status, text } = await ask('renewal', { peer: 'parent n-1 the%20parent%20%C3%A9' });
  assert.deepEqual([status, JSON.parse(text)], [200, { said: 'yes' }]);
  assert.deepEqual(asked, [
    {
      peer: { kind: 'parent', id: 'n-1', name: 'the parent é' },
      path: '/api/pairing/renewal',
      body: { node: 'n' },
    },
  ]);
});

test('each kind of peer has questions of its own, and nobody else has any', async () => {
  const cases: [question: string, peer: string | undefined, status: number][] = [
    ['greeting', 'invited i-1 i-1', 200],
    ['acceptance', 'invited shared shared', 200],
    ['renewal-request', 'parent p p', 200],
    ['farewell', 'parent p p', 200],
    ['greeting', 'parent p p', 404],
    ['renewal', 'invited i-1 i-1', 404],
    ['farewell', 'invited i-1 i-1', 404],
    ['greeting', undefined, 404],
    ['greeting', 'invited', 404],
    ['greeting', 'somebody i-1 i-1', 404],
    ['greeting/', 'invited i-1 i-1', 404],
    ['%67reeting', 'invited i-1 i-1', 404],
    ['constructor', 'invited i-1 i-1', 404],
  ];
  for (const [question, peer, status] of cases)
    assert.equal((await ask(question, { peer })).status, status, `${question} by ${peer}`);
  assert.equal((await ask('greeting', { peer: 'invited i-1 i-1', method: 'GET' })).status, 404);
});

test('what is no JSON, or too much of it, is not even asked', async () => {
  const peer = 'parent p p';
  assert.equal((await ask('renewal', { peer, body: '{' })).status, 400);
  assert.equal((await ask('renewal', { peer, body: JSON.stringify('x'.repeat(70_000)) })).status, 413);
  assert.equal(asked.length, 0);
});

test('a refusal is told with its code and remedy, a fault is not told at all', async () => {
  const refusal = { code: 'rejoin-refused', status: 409, remedy: 'Invite it.' };
  reply = () => Promise.reject(Object.assign(new Error('It was revoked.'), refusal));
  const refused = await ask('renewal', { peer: 'parent p p' });
  assert.deepEqual(
    [refused.status, JSON.parse(refused.text)],
    [409, { code: 'rejoin-refused', text: 'It was revoked.', remedy: 'Invite it.' }],
  );
  reply = () => Promise.reject(new Error('secret /var/lib/x'));
  const faulty = await ask('renewal', { peer: 'parent p p' });
  assert.deepEqual([faulty.status, faulty.text, faults.length], [500, '', 1]);
  reply = undefined;
});
