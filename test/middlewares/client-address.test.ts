import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressRanges, clientAddress } from '../../src/middlewares/client-address.ts';
import type { Exchange } from '../../src/model/exchange.ts';

function from(address: string, forwardedFor?: string): Exchange {
  const headers = { get: (name: string) => (name === 'X-Forwarded-For' ? forwardedFor : undefined) };
  return { client: { address }, request: { headers } } as unknown as Exchange;
}

test('without a strategy the connection tells the address', () => {
  assert.equal(clientAddress(undefined)(from('192.0.2.1', '203.0.113.5')), '192.0.2.1');
});

test('a depth counts the forwarded addresses from the right', () => {
  const addressOf = clientAddress({ depth: 2, excludedIPs: [] });
  assert.equal(addressOf(from('192.0.2.1', '198.51.100.9, 203.0.113.5 ,198.51.100.1')), '203.0.113.5');
  assert.equal(addressOf(from('192.0.2.1', '203.0.113.5')), '');
  assert.equal(addressOf(from('192.0.2.1')), '');
});

test('known proxies are left out from the right', () => {
  const addressOf = clientAddress({ depth: 0, excludedIPs: ['10.0.0.0/8', '192.0.2.7'] });
  assert.equal(addressOf(from('192.0.2.1', '203.0.113.5, 10.1.2.3, 192.0.2.7')), '203.0.113.5');
  assert.equal(addressOf(from('192.0.2.1', '10.1.2.3')), '');
});

test('an IPv6 subnet counts as one client', () => {
  const addressOf = clientAddress({ depth: 0, excludedIPs: [], ipv6Subnet: 64 });
  assert.equal(addressOf(from('2001:db8:1:2:3:4:5:6')), '2001:db8:1:2:0:0:0:0');
  assert.equal(addressOf(from('192.0.2.1')), '192.0.2.1');
});

test('what is no address is named', () => {
  assert.throws(() => addressRanges(['127.0.0.01']), /"127\.0\.0\.01" is neither an IP address/);
});
