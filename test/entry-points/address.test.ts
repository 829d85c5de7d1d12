import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  foldAddress,
  formatListenAddress,
  isLoopback,
  parseListenAddress,
} from '../../src/entry-points/address.ts';

test('addresses to listen on are read as Traefik writes them', () => {
  const cases: Record<string, object> = {
    ':80': { host: undefined, port: 80, protocol: 'tcp' },
    '127.0.0.1:0/tcp': { host: '127.0.0.1', port: 0, protocol: 'tcp' },
    '[::1]:8080': { host: '::1', port: 8080, protocol: 'tcp' },
    'localhost:53/udp': { host: 'localhost', port: 53, protocol: 'udp' },
    ':443/TCP': { host: undefined, port: 443, protocol: 'tcp' },
  };
  for (const [written, expected] of Object.entries(cases))
    assert.deepEqual(parseListenAddress(written), expected, written);
});

test('what is wrong with an address is said', () => {
  const cases: Record<string, RegExp> = {
    '': /no port/,
    '80': /no port/,
    ':http': /http is not a port/,
    ':': /nothing is not a port/,
    ':70000': /70000 is not a port/,
    ':80/sctp': /sctp is neither/,
    '::1:80': /^$/,
    'a:b:80': /a:b is not an address/,
  };
  for (const [written, expected] of Object.entries(cases)) {
    const read = parseListenAddress(written);
    if (expected.source === '^$') assert.deepEqual(read, { host: '::1', port: 80, protocol: 'tcp' });
    else assert.match(String(read), expected, written);
  }
});

test('addresses are shown as they are written', () => {
  assert.equal(formatListenAddress({ host: undefined, port: 80 }), ':80');
  assert.equal(formatListenAddress({ host: '::1', port: 80 }), '[::1]:80');
});

test('only this machine reaches a loopback address', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) assert.ok(isLoopback(host), host);
  for (const host of [undefined, '0.0.0.0', '::', '128.0.0.1', '127.0.0.1.example'])
    assert.ok(!isLoopback(host), host);
});

test('IPv4 addresses have one form, and zones are left out', () => {
  assert.equal(foldAddress('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(foldAddress('fe80::1%eth0'), 'fe80::1');
});
