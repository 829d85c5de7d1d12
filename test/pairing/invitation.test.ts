import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Invitation,
  invitationId,
  newSeed,
  readInvitation,
  writeInvitation,
} from '../../src/pairing/invitation.ts';
import { PairingError } from '../../src/pairing/pairing-error.ts';

const nowMs = Date.UTC(2026, 0, 1);
const invitation: Invitation = {
  seed: Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
  fingerprint: 'ab'.repeat(32),
  expiresAtMs: nowMs + 3_600_000,
  name: 'east',
  addresses: ['192.0.2.7:9443', '[2001:db8::7]:9443', 'child.example.com:9443'],
};

const codeOf = (line: string, atMs = nowMs): string => {
  try {
    readInvitation(line, atMs);
    return 'read';
  } catch (error) {
    assert.ok(error instanceof PairingError);
    return error.code;
  }
};

const wishes: [what: string, wish: Partial<Invitation>][] = [
  ['several addresses', {}],
  ['one address', { addresses: ['10.0.0.1:9443'] }],
  ['another secret', { seed: newSeed() }],
  ['a time far away', { expiresAtMs: Date.UTC(2300, 0, 1) }],
  ['a name of one letter', { name: 'x' }],
];

test('what is written is read again, whatever the lengths', () => {
  for (const [what, wish] of wishes) {
    const written = { ...invitation, ...wish };
    const read = readInvitation(writeInvitation(written), nowMs);
    assert.deepEqual({ ...read, seed: [...read.seed] }, { ...written, seed: [...written.seed] }, what);
  }
});

test('it is one line of letters that survive shells, chats and terminals', () => {
  const line = writeInvitation(invitation);
  assert.match(line, /^fairlead-pair-1\.[A-Za-z0-9_-]+$/);
  assert.ok(line.length < 220, String(line.length));
  const broken = `  ${line.slice(0, 80)}\n${line.slice(80)}\r\n`;
  assert.deepEqual(readInvitation(broken, nowMs), readInvitation(line, nowMs));
});

test('every slip of one letter is found, wherever it is', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const wish of [{}, { name: 'eas' }, { name: 'ea' }]) {
    const line = writeInvitation({ ...invitation, ...wish });
    for (let at = 0; at < line.length; at++)
      for (const letter of [...letters, '.', '=']) {
        if (letter === line[at]) continue;
        const slip = line.slice(0, at) + letter + line.slice(at + 1);
        assert.equal(codeOf(slip), 'invitation-malformed', slip);
      }
  }
});

test('what is missing, doubled or swapped is found', () => {
  const line = writeInvitation(invitation);
  for (let at = 0; at < line.length; at++) {
    assert.equal(codeOf(line.slice(0, at)), 'invitation-malformed');
    assert.equal(codeOf(line.slice(0, at) + line.slice(at + 1)), 'invitation-malformed');
    const swapped = line.slice(0, at) + (line[at + 1] ?? '') + line[at] + line.slice(at + 2);
    if (swapped !== line) assert.equal(codeOf(swapped), 'invitation-malformed');
  }
  for (const text of ['', 'fairlead-pair-1.', 'fairlead-pair-2.AAAA', 'https://example.com'])
    assert.equal(codeOf(text), 'invitation-malformed');
});

test('one that is over is refused before anybody is asked', () => {
  const line = writeInvitation(invitation);
  assert.equal(codeOf(line, invitation.expiresAtMs - 1), 'read');
  assert.equal(codeOf(line, invitation.expiresAtMs), 'invitation-expired');
});

test('the id of an invitation is stable and tells nothing of the secret', () => {
  assert.equal(invitationId(invitation.seed), invitationId(Buffer.from(invitation.seed)));
  assert.match(invitationId(newSeed()), /^[0-9a-f]{16}$/);
  assert.notEqual(invitationId(newSeed()), invitationId(newSeed()));
});
