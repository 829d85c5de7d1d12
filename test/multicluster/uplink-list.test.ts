import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUplinkList } from '../../src/providers/multicluster/uplink-list.ts';

test('reads what a child of another version says, and ignores what it does not know', () => {
  const text = JSON.stringify([
    { name: 'api', entryPoints: ['uplink'], weight: 80, colour: 'red' },
    { name: 'shop', state: 'draining' },
    { name: 'old', state: 'resting', weight: 0 },
  ]);
  assert.deepEqual(readUplinkList(text), [
    { name: 'api', weight: 80, state: 'ready' },
    { name: 'shop', weight: 1, state: 'draining' },
    { name: 'old', weight: 0, state: 'ready' },
  ]);
});

test('reads how an uplink is to be looked after, as it would stand in a file', () => {
  const text = JSON.stringify([
    {
      name: 'api',
      healthCheck: { path: '/live', interval: '5s', headers: { 'X-Probe': '1' }, hue: 'red' },
      passiveHealthCheck: { maxFailedAttempts: 3 },
    },
  ]);
  const read = readUplinkList(text);
  assert.ok(typeof read !== 'string');
  const { healthCheck, passiveHealthCheck } = read[0]!;
  const { path, interval, timeout, followRedirects, headers } = healthCheck!;
  assert.deepEqual([path, interval, timeout, followRedirects], ['/live', 5_000, 5_000, true]);
  assert.deepEqual({ ...headers }, { 'X-Probe': '1' });
  assert.deepEqual(passiveHealthCheck, { failureWindow: 10_000, maxFailedAttempts: 3 });
});

test('an empty list is a list', () => {
  assert.deepEqual(readUplinkList('[]'), []);
});

const mistakes: [text: string, expected: RegExp][] = [
  ['', /not JSON, or was cut off/],
  ['[{"name":"api"', /cut off/],
  ['{"uplinks":[]}', /not a list of uplinks/],
  ['null', /not a list of uplinks/],
  ['["api"]', /at 0/],
  ['[{"name":"api"},{"weight":1}]', /at 1\.name/],
  ['[{"name":"api","weight":-1}]', /at 0\.weight/],
  ['[{"name":"api","weight":1.5}]', /at 0\.weight/],
  ['[{"name":"api","weight":"80"}]', /at 0\.weight/],
  ['[{"name":"api","healthCheck":{"interval":"soon"}}]', /at 0\.healthCheck: .*interval/],
  ['[{"name":"api","healthCheck":"often"}]', /at 0\.healthCheck/],
  ['[{"name":"api","passiveHealthCheck":[]}]', /at 0\.passiveHealthCheck/],
  ['[{"name":"api"},{"name":"api"}]', /the uplink "api" twice/],
];

test('says what is wrong with an answer that cannot be used', () => {
  for (const [text, expected] of mistakes) {
    const read = readUplinkList(text);
    assert.ok(typeof read === 'string', text);
    assert.match(read, expected);
  }
});
