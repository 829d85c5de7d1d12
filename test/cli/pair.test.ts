import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CliCommands, runCli } from '../../src/surfaces/cli/cli.ts';
import type { ControlAnswer, ControlRequest } from '../../src/surfaces/cli/control.ts';

type Ask = (options: readonly string[], request: ControlRequest) => Promise<ControlAnswer>;

async function type(args: readonly string[], ask: Ask) {
  const seen = { out: '', err: '' };
  const code = await runCli({
    args,
    commands: { version: () => '1.2.3', ask } as unknown as CliCommands,
    terminal: {
      out: (text) => void (seen.out += text),
      err: (text) => void (seen.err += text),
    },
  });
  return { code, ...seen };
}

/** Answers with a value, and keeps what it was asked. */
function answering(value: unknown) {
  const asked: [options: readonly string[], request: ControlRequest][] = [];
  const ask: Ask = async (options, request) => {
    asked.push([options, request]);
    return { ok: true, value };
  };
  return { ask, asked };
}

const child = {
  name: 'host-b',
  role: 'child',
  state: 'paired',
  node: 'b',
  addresses: ['192.0.2.10:9443'],
  fingerprint: 'ab'.repeat(32),
  pairedAt: '2026-01-02T03:04:05Z',
  certificateUntil: '2026-01-03T03:04:05Z',
};

test('"pair invite" prints nothing but the invitation where scripts read', async () => {
  const { ask, asked } = answering({
    id: '1',
    name: undefined,
    expiresAt: '2026-01-02T03:04:05Z',
    invitation: 'fairlead-pair-1.abc',
  });
  const args = ['--name', 'b', '--address', 'b.lan:9443', '192.0.2.10:9443', '--expires', '15m'];
  const { code, out, err } = await type(['pair', 'invite', ...args], ask);
  assert.equal(code, 0);
  assert.equal(out, 'fairlead-pair-1.abc\n');
  assert.match(err, /until 2026-01-02 03:04 UTC/);
  const body = { name: 'b', addresses: ['b.lan:9443', '192.0.2.10:9443'], expires: '15m' };
  assert.deepEqual(asked, [[[], { method: 'POST', path: '/api/pairing/invitations', body }]]);
});

test('"pair join" redeems an invitation and says with whom', async () => {
  const { ask, asked } = answering(child);
  const words = ['pair', 'join', 'fairlead-pair-1.abc', '--name', 'host-b', '--allow', 'shop-*', 'blog'];
  const { code, out } = await type([...words, '--dataDirectory', '/d'], ask);
  assert.equal(code, 0);
  assert.equal(out, 'Paired with host-b at 192.0.2.10:9443 (key abababababababab).\n');
  const body = { invitation: 'fairlead-pair-1.abc', name: 'host-b', allow: ['shop-*', 'blog'] };
  assert.deepEqual(asked, [
    [['--dataDirectory=/d'], { method: 'POST', path: '/api/pairing/children', body }],
  ]);
});

test('"pair list" shows peers, open invitations and what is wrong, as a table or as JSON', async () => {
  const view = {
    node: { name: 'host-a', id: 'a', fingerprint: 'cd'.repeat(32) },
    peers: [child],
    invitations: [{ id: '7', name: undefined, expiresAt: '2026-01-02T03:04:05Z' }],
    problems: [
      {
        severity: 'warning',
        source: { child: 'host-b' },
        text: 'It has another key.',
        remedy: 'Pair again.',
      },
    ],
  };
  const { ask } = answering(view);
  const { out } = await type(['pair', 'list'], ask);
  assert.equal(
    out,
    `This node is host-a, key cdcdcdcdcdcdcdcd.
NAME    ROLE   STATE   ADDRESS          CERTIFICATE UNTIL     KEY
host-b  child  paired  192.0.2.10:9443  2026-01-03 03:04 UTC  abababababababab
Invitation 7 is open until 2026-01-02 03:04 UTC.
warning  child host-b: It has another key.
         Pair again.
`,
  );
  const { out: json } = await type(['pair', 'list', '--json'], ask);
  assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(view)));
});

test('renewing, rolling over, revoking and withdrawing each ask for one operation', async () => {
  for (const [words, method, path] of [
    ['renew', 'POST', '/api/pairing/renewals'],
    ['renew host-b', 'POST', '/api/pairing/renewals'],
    ['renew --roll-over', 'POST', '/api/pairing/authorities'],
    ['revoke host-b', 'DELETE', '/api/pairing/peers/host-b'],
    ['revoke a/b', 'DELETE', '/api/pairing/peers/a%2Fb'],
    ['revoke --invitation 7', 'DELETE', '/api/pairing/invitations/7'],
  ] as const) {
    const { ask, asked } = answering([]);
    const { code } = await type(['pair', ...words.split(' ')], ask);
    assert.equal(code, 0, words);
    assert.deepEqual([asked[0]?.[1].method, asked[0]?.[1].path], [method, path]);
  }
});

test('what has become of certificates and peers is said by role', async () => {
  const renewals = [
    { name: 'host-b', role: 'child', certificateUntil: '2026-01-03T03:04:05Z' },
    {
      name: 'host-b',
      role: 'parent',
      certificateUntil: '2026-01-03T03:04:05Z',
      error: 'The parent is not connected.',
      remedy: 'It renews when it comes.',
    },
  ];
  const renewed = await type(['pair', 'renew'], answering(renewals).ask);
  assert.equal(
    renewed.out,
    'child host-b: renewed, good until 2026-01-03 03:04 UTC\n' +
      'parent host-b: not renewed. The parent is not connected.\n         It renews when it comes.\n',
  );
  assert.equal(renewed.code, 1);
  assert.equal((await type(['pair', 'renew', '--json'], answering(renewals).ask)).code, 1);
  assert.equal((await type(['pair', 'renew'], answering(renewals.slice(0, 1)).ask)).code, 0);
  const revoked = await type(
    ['pair', 'revoke', 'host-b'],
    answering([child, { ...child, role: 'parent' }]).ask,
  );
  assert.equal(revoked.out, 'host-b is revoked as a child and as a parent; its connections are cut.\n');
  const withdrawn = await type(['pair', 'revoke', '--invitation', '7'], answering({ id: '7' }).ask);
  assert.equal(withdrawn.out, 'The invitation 7 is withdrawn.\n');
});

test('what is refused is said with the remedy, and is no success', async () => {
  const ask: Ask = async () => ({
    ok: false,
    refusal: { message: 'the invitation was mistyped', remedy: 'Copy the whole line.' },
  });
  const { code, err } = await type(['pair', 'join', 'x'], ask);
  assert.equal(code, 1);
  assert.equal(err, 'error    the invitation was mistyped\n         Copy the whole line.\n');
});

test('where no program runs, that is what is said', async () => {
  const ask: Ask = async () => Promise.reject(new Error('No Fairlead is running.'));
  const { code, err } = await type(['pair', 'list'], ask);
  assert.equal(code, 1);
  assert.equal(err, 'error    No Fairlead is running.\n');
});

test('a missing invitation or an unknown flag is a mistake of the command line', async () => {
  const { ask, asked } = answering({});
  assert.equal((await type(['pair', 'join'], ask)).code, 2);
  assert.equal((await type(['pair', 'list', '--wrong'], ask)).code, 2);
  assert.equal(asked.length, 0);
});
