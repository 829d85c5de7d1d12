/** The secret in a file: replaced while nodes run, and broken. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FakeTime, until } from './fake-time.ts';
import { type NodeWish, TestNode } from './nodes.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-secret-'));
after(() => rmSync(folder, { recursive: true }));

const [former, next] = ['a secret of many letters', 'another one of many letters'];
const admitted = ({ pairing }: TestNode) =>
  pairing
    .uplinkTls()
    .flatMap(({ admission }) => (admission.kind === 'invited' ? admission.invitations : []))
    .map(({ keyFingerprint }) => keyFingerprint)
    .join();

function secretFile(name: string, secret = former) {
  const path = join(folder, name);
  const write = (text: string) => writeFileSync(path, text);
  write(`${secret}\n`);
  return { path, write };
}

const startParent = (address: string, { options, ...wish }: NodeWish = {}) =>
  TestNode.start({
    ...wish,
    configured: [{ name: 'east', address, bySecret: true }],
    options: { name: 'front', ...options },
  });

test('a secret that is replaced counts for pairings from then on, and what is paired stays so', async () => {
  const file = secretFile('replaced');
  await using child = await TestNode.start({ options: { secretFile: file.path, maxParents: 3 } });
  await using parent = await startParent(child.port.address, { options: { secret: former } });
  await until(() => parent.pairing.children().length === 1);
  const before = admitted(child);
  file.write(next);
  await until(() => admitted(child) !== before);

  const renewals = await parent.pairing.renew('east');
  assert.deepEqual(
    renewals.map(({ error }) => error),
    [undefined],
  );
  await using late = await startParent(child.port.address, { options: { secret: former, name: 'late' } });
  await until(() => late.pairing.problems()[0]?.code === 'fingerprint-wrong');
  await using timely = await startParent(child.port.address, { options: { secret: next, name: 'timely' } });
  await until(() => timely.pairing.children().length === 1);
  assert.deepEqual(
    child.pairing.list().peers.map(({ name, state }) => `${name} ${state}`),
    ['front paired', 'timely paired'],
  );
  assert.deepEqual(child.pairing.problems(), []);
});

test('a parent pairs by the secret that its file comes to hold, and at once', async () => {
  const file = secretFile('of the parent');
  const time = new FakeTime();
  await using child = await TestNode.start({ options: { secret: next } });
  await using parent = await startParent(child.port.address, {
    ...{ now: time.now, clock: time.clock },
    options: { secretFile: file.path },
  });
  await until(() => parent.pairing.problems()[0]?.code === 'fingerprint-wrong');
  file.write(next);
  // No time passes that it would have to wait for its next try.
  await until(() => parent.pairing.children().length === 1);
});

const useless: [what: string, spoil: (path: string) => void, code: string, text: RegExp][] = [
  ['is empty', (path) => writeFileSync(path, ''), 'secret-too-short', /0 characters/],
  ['is half written', (path) => writeFileSync(path, 'anoth'), 'secret-too-short', /5 characters/],
  ['is gone', (path) => rmSync(path), 'secret-unreadable', /there is no file/],
];

for (const [what, spoil, code, text] of useless)
  test(`a file of the secret that ${what} leaves the former one in use, and is told`, async () => {
    const file = secretFile('useless');
    await using child = await TestNode.start({ options: { secretFile: file.path } });
    const before = admitted(child);
    spoil(file.path);
    await until(() => child.pairing.problems().length === 1);
    const [problem] = child.pairing.problems();
    assert.equal(problem?.code, code);
    assert.match(problem.text, text);
    assert.match(problem.text, /before stays in use/);
    assert.deepEqual(problem.source, { file: file.path });
    assert.equal(admitted(child), before);
    file.write(next);
    await until(() => child.pairing.problems().length === 0);
    assert.notEqual(admitted(child), before);
  });

test('a file that is of no use at the start is no secret', async () => {
  await assert.rejects(TestNode.start({ options: { secretFile: join(folder, 'nowhere') } }), {
    code: 'secret-unreadable',
    message: /secretFile.*no file .*nowhere/,
  });
});
