import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import type { Peer } from '../../src/model/peer.ts';
import { TestNode } from './nodes.ts';

async function pairOf() {
  const stack = new AsyncDisposableStack();
  const child = stack.use(await TestNode.start());
  const parent = stack.use(await TestNode.start());
  return { child, parent, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const wrongAnswers: [what: string, answer: unknown][] = [
  ['nothing', {}],
  ['a list', []],
  ['a text', 'welcome'],
  ['no request', { node: 'n', name: 'n', time: 0 }],
  ['a request that is none', { node: 'n', name: 'n', time: 0, request: '-----BEGIN CERTIFICATE-----' }],
  ['names without end', { node: 'n'.repeat(300), name: 'n', time: 0, request: '' }],
  ['more than anybody can want', { node: 'n'.repeat(100_000) }],
];

test('a child that answers nonsense is no child', async () => {
  await using both = await pairOf();
  const { child, parent } = both;
  const invitation = await child.invite();
  for (const [what, answer] of wrongAnswers) {
    child.port.alter = () => answer;
    await assert.rejects(
      parent.pairing.join({ invitation }),
      /about pairing|has not proved to have|reached at/,
      what,
    );
    assert.deepEqual(parent.pairing.list().peers, [], what);
  }
  child.port.alter = (_question, answer) => answer;
  assert.equal((await parent.pairing.join({ invitation })).state, 'paired');
});

test('a child cannot ask for a certificate in the name of another', async () => {
  await using both = await pairOf();
  await using other = await TestNode.start();
  const { child, parent } = both;
  await parent.pairing.join({ invitation: await other.invite(), name: 'other' });
  const everybody = other.pairing.uplinkTls().find(({ serverName }) => serverName.startsWith('*.invite'));
  child.port.alter = (_question, answer) => ({ ...(answer as object), request: everybody?.certificate.cert });
  const joining = parent.pairing.join({ invitation: await child.invite() });
  await assert.rejects(joining, { code: 'peer-answer-wrong' });
  const [kept] = parent.pairing.children();
  assert.equal(kept?.address.host, other.port.address);
});

const asked: [question: string, body: unknown][] = [
  ['greeting', undefined],
  ['greeting', { node: '', name: 'x', time: 1 }],
  ['acceptance', { node: 'n', name: 'x', time: 1, authority: 'x', certificate: 'x' }],
  ['renewal', []],
];

test('a parent that asks nonsense is told so, and nothing comes of it', async () => {
  await using child = await TestNode.start();
  await child.invite();
  const { id } = child.pairing.list().invitations[0]!;
  const invited: Peer = { kind: 'invited', id, name: id };
  for (const [question, body] of asked)
    await assert.rejects(child.pairing.answerPeer(invited, question, body), { status: 400 }, question);
  await assert.rejects(child.pairing.answerPeer(invited, 'unheard-of', {}), { status: 404 });
  const stranger: Peer = { kind: 'parent', id: 'nobody', name: 'nobody' };
  const greeting = { node: 'n', name: 'x', time: 1 };
  await assert.rejects(child.pairing.answerPeer(stranger, 'renewal-request', greeting), {
    code: 'peer-unknown',
  });
  assert.deepEqual([child.pairing.list().peers.length, child.pairing.list().invitations.length], [0, 1]);
});

test('certificates of another authority, key or name are not taken', async () => {
  await using both = await pairOf();
  await using other = await TestNode.start();
  const { child, parent } = both;
  await parent.pairing.join({ invitation: await child.invite() });
  await parent.pairing.join({ invitation: await other.invite(), name: 'other' });
  const issued = ({ pairing }: TestNode) => {
    const mine = pairing.uplinkTls().find(({ admission }) => admission.kind === 'parent')!;
    return { authority: mine.authorities[0]!, certificate: mine.certificate.cert };
  };
  const peer = child.pairing
    .uplinkTls()
    .flatMap(({ admission }) => (admission.kind === 'parent' ? [admission] : []))[0]!;
  const renew = (body: object) => child.pairing.answerPeer(peer, 'renewal', body);
  await assert.rejects(renew(issued(other)), { code: 'peer-answer-wrong' });
  await renew(issued(child));
});

test('a node that stops waits for nobody', async (context) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  context.after(() => silent.close());
  await once(silent, 'listening');
  await using both = await pairOf();
  const { child, parent } = both;
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const { invitation } = await child.pairing.invite({ addresses: [address], expiresMs: 60_000 });
  const joining = parent.pairing.join({ invitation });
  joining.catch(() => undefined);
  await once(silent, 'connection');
  const startMs = performance.now();
  await parent.stop();
  await assert.rejects(joining);
  assert.ok(performance.now() - startMs < 4_500);
});
