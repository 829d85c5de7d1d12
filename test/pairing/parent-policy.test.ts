import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Book, ParentEntry } from '../../src/pairing/ledger-schema.ts';
import { admitBySecret, type Applicant } from '../../src/pairing/parent-policy.ts';
import { PairingError } from '../../src/pairing/pairing-error.ts';
import { withAuthority } from '../../src/pairing/parent-entries.ts';

const parent = (name: string, rest: Partial<ParentEntry> = {}): ParentEntry => ({
  ...{ id: name, name, node: name, via: 'secret', pairedAtMs: 0 },
  authorities: [{ id: name, certificate: 'certificate', leaf: 'leaf' }],
  ...rest,
});

const book = (parents: readonly ParentEntry[], spentSecrets: readonly string[] = []): Book => ({
  ...{ version: 1, node: { key: '', certificate: '' }, authorities: [], children: [], revokedChildren: [] },
  ...{ parents: [...parents], invitations: [], spentSecrets: [...spentSecrets] },
});

const outcome = (known: Book, applicant: Partial<Applicant> & { options: Applicant['options'] }): string => {
  try {
    const replaced = admitBySecret(known, { name: 'front', keyFingerprint: 'key', ...applicant });
    return replaced ? `in the place of ${replaced.name}` : 'welcome';
  } catch (error) {
    assert.ok(error instanceof PairingError && error.remedy !== '');
    return error.code;
  }
};

const one = { maxParents: 1, rejoin: false };
const two = { maxParents: 2, rejoin: false };
const again = { maxParents: 1, rejoin: true };
const twoAgain = { maxParents: 2, rejoin: true };
const front = parent('front');
const back = parent('back');
const invited = parent('front', { via: 'invitation' });
const revoked = parent('front', { revokedAtMs: 1 });

const cases: [what: string, book: Book, options: Applicant['options'], outcome: string][] = [
  ['the first', book([]), one, 'welcome'],
  ['nobody at all', book([]), { maxParents: 0, rejoin: true }, 'too-many-parents'],
  ['beside one that was invited', book([invited]), one, 'welcome'],
  ['a second where there may be one', book([back]), one, 'rejoin-refused'],
  ['a second where there may be two', book([back]), two, 'welcome'],
  ['a third where there may be two', book([back, parent('side')]), two, 'too-many-parents'],
  ['one of that name, elsewhere', book([front, back]), two, 'rejoin-refused'],
  ['one of that name that may return', book([front, back]), twoAgain, 'in the place of front'],
  ['a stranger where others may return', book([back, parent('side')]), twoAgain, 'too-many-parents'],
  ['the only one there can be, by another name', book([back]), again, 'in the place of back'],
  ['after one was revoked, by a new secret', book([revoked]), one, 'welcome'],
  ['after one was revoked, by the same secret', book([revoked], ['key']), again, 'rejoin-refused'],
];

test('who knows the secret gets in as far as there is a place', () => {
  for (const [what, known, options, expected] of cases)
    assert.equal(outcome(known, { options }), expected, what);
});

test('a parent cannot bring the authority of another one', () => {
  const known = book([front, back]);
  const newest = { id: 'back', certificate: 'certificate', leaf: 'leaf' };
  assert.throws(() => withAuthority(known, front, { newest, nowMs: 0 }), { code: 'peer-answer-wrong' });
});
