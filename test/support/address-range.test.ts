import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyRangeContains, parseAddressRange } from '../../src/support/address-range.ts';

const contains = (range: string, address: string) => parseAddressRange(range)?.contains(address);

test('addresses and blocks of both families', () => {
  assert.equal(contains('10.0.0.1', '10.0.0.1'), true);
  assert.equal(contains('10.0.0.1', '10.0.0.2'), false);
  assert.equal(contains('192.168.77.9/20', '192.168.79.255'), true);
  assert.equal(contains('192.168.77.9/20', '192.168.80.0'), false);
  assert.equal(contains('0.0.0.0/0', '255.1.2.3'), true);
  assert.equal(contains('2001:db8::/33', '2001:db8:7fff::1'), true);
  assert.equal(contains('2001:db8::/33', '2001:db8:8000::1'), false);
  assert.equal(contains('0:0:0:0:0:0:0:1', '::1'), true);
  assert.equal(contains('::/0', '10.0.0.1'), false);
});

test('IPv4-mapped addresses are IPv4', () => {
  assert.equal(contains('::ffff:10.0.0.0/104', '10.200.0.1'), true);
  assert.equal(contains('10.0.0.0/8', '::ffff:a01:203'), true);
});

test('what is no address is no range, and is in none', () => {
  for (const text of [
    '',
    'a',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.1/33',
    '10.0.0.1/',
    '10.0.0.1/08',
    '::/129',
    '::g',
    'fe80::1%eth0',
    '::ffff:10.0.0.0/90',
  ]) {
    assert.equal(parseAddressRange(text), undefined, text);
  }
  assert.equal(contains('0.0.0.0/0', 'nonsense'), false);
  assert.equal(anyRangeContains([parseAddressRange('10.0.0.0/8')!], '10.1.1.1'), true);
  assert.equal(anyRangeContains([], '10.1.1.1'), false);
});
