import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admitUplinks } from '../../src/providers/multicluster/admit-uplinks.ts';
import { readUplinkList } from '../../src/providers/multicluster/uplink-list.ts';

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

test('how an uplink is looked after is for the child to say, as long as that can be borne', () => {
  const said = { interval: '10ms', unhealthyInterval: '1s', path: '/live' };
  const read = readUplinkList(
    JSON.stringify([
      { name: 'api', healthCheck: said, passiveHealthCheck: { maxFailedAttempts: 1_000_000 } },
      { name: 'shop', healthCheck: { interval: '0s' } },
    ]),
  );
  assert.ok(typeof read !== 'string');
  const [api, shop] = admitUplinks('east', { allow: [] }, read).uplinks;
  const { interval, unhealthyInterval, path } = api!.healthCheck!;
  assert.deepEqual([interval, unhealthyInterval, path], [500, 1_000, '/live']);
  assert.equal(api!.passiveHealthCheck!.maxFailedAttempts, 1_000);
  assert.equal(shop!.healthCheck!.interval, 0);
});
