import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitUplinks } from '../../src/providers/multicluster/admit-uplinks.ts';

const advertised = [
  { name: 'banking-api', weight: 1_000_000, state: 'ready' as const },
  { name: 'shop', weight: 1, state: 'ready' as const },
];

test('without an allow list everything goes, at the weight the child asks for', () => {
  const { uplinks, problems } = admitUplinks('east', { allow: [] }, advertised);
  assert.deepEqual(uplinks, advertised);
  assert.deepEqual(problems, []);
});

test('a name that is not allowed is ignored, a weight above the cap lowered, and both are told', () => {
  const { uplinks, problems } = admitUplinks('east', { allow: ['banking-*'], maxWeight: 100 }, advertised);
  assert.deepEqual(uplinks, [{ name: 'banking-api', weight: 100, state: 'ready' }]);
  assert.deepEqual(
    problems.map(({ code, source }) => [code, source.child]),
    [
      ['uplink-not-allowed', 'east'],
      ['uplink-weight-capped', 'east'],
    ],
  );
});

test('a name that could not be used safely is ignored, the others are not', () => {
  const names = ['a b', 'api@file', '`x`', 'a'.repeat(254), '-a', 'ok'];
  const offered = names.map((name) => ({ name, weight: 1, state: 'ready' as const }));
  const { uplinks, problems } = admitUplinks('east', { allow: [] }, offered);
  assert.deepEqual(
    uplinks.map(({ name }) => name),
    ['ok'],
  );
  assert.equal(problems.filter(({ code }) => code === 'uplink-name-wrong').length, 5);
});

test('a weight that no balancer could add up is capped without being asked', () => {
  const offered = [{ name: 'api', weight: 3_000_000_000, state: 'ready' as const }];
  const { uplinks, problems } = admitUplinks('east', { allow: [] }, offered);
  assert.equal(uplinks[0]?.weight, 1_000_000);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['uplink-weight-capped'],
  );
});
