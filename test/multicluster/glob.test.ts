import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesGlob } from '../../src/providers/multicluster/glob.ts';

const cases: [glob: string, text: string, expected: boolean][] = [
  ['api', 'api', true],
  ['api', 'apis', false],
  ['banking-*', 'banking-api', true],
  ['banking-*', 'banking', false],
  ['*', '', true],
  ['*-api', 'banking-api', true],
  ['a*a', 'a', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['a.c', 'abc', false],
  ['**', 'x', true],
];

test('only the star stands for other text', () => {
  for (const [glob, text, expected] of cases)
    assert.equal(matchesGlob(glob, text), expected, `${glob} and ${text}`);
});

test('a pattern of many stars costs no more than its length', () => {
  assert.equal(matchesGlob(`${'a*'.repeat(60)}b`, 'a'.repeat(253)), false);
});
