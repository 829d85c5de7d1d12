import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitUplinks } from '../../src/providers/multicluster/admit-uplinks.ts';

const advertised = [
  { name: 'banking-api', weight: 1_000_000, state: 'ready' as const },
  { name: 'shop', weight: 1, state: 'ready' as const },
];

test('without an allow list everything goes, at the weight the child asks for', () => {
  const { uplinks, problems } = admitUplinks('east', { allow: [], maxWeight: undefined }, advertised);
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
