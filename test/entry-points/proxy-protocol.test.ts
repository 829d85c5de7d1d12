import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProxyHeader } from '../../src/entry-points/proxy-protocol.ts';

const signature = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10];

const version2 = (command: number, family: number, body: number[]): Buffer =>
  Buffer.from([...signature, command, family, body.length >> 8, body.length & 255, ...body]);

const addresses4 = [192, 0, 2, 7, 192, 0, 2, 1, 0x1f, 0x90, 0, 80];

test('headers of both versions are read, and what follows is left alone', () => {
  const client = {
    source: '192.0.2.7',
    sourcePort: 8080,
    destination: '192.0.2.1',
    destinationPort: 80,
  };
  const text = 'PROXY TCP4 192.0.2.7 192.0.2.1 8080 80\r\n';
  assert.deepEqual(readProxyHeader(Buffer.from(`${text}GET / HTTP/1.1\r\n`)), {
    bytes: text.length,
    addresses: client,
  });
  const binary = version2(0x21, 0x11, addresses4);
  assert.deepEqual(readProxyHeader(Buffer.concat([binary, Buffer.from('GET')])), {
    bytes: binary.length,
    addresses: client,
  });
});

test('IPv6 addresses are written short', () => {
  const body = [
    ...Array<number>(15).fill(0),
    1,
    0x20,
    1,
    0x0d,
    0xb8,
    ...Array<number>(11).fill(0),
    2,
    0,
    9,
    0,
    80,
  ];
  assert.deepEqual(readProxyHeader(version2(0x21, 0x21, body)), {
    bytes: 16 + body.length,
    addresses: { source: '::1', sourcePort: 9, destination: '2001:db8::2', destinationPort: 80 },
  });
});

test('extensions behind the addresses are skipped', () => {
  const header = version2(0x21, 0x11, [...addresses4, 4, 0, 2, 7, 7]);
  assert.equal((readProxyHeader(header) as { bytes: number }).bytes, header.length);
});

test('a balancer may speak for itself', () => {
  assert.deepEqual(readProxyHeader(version2(0x20, 0, [])), { bytes: 16, addresses: undefined });
  assert.deepEqual(readProxyHeader(Buffer.from('PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n')), {
    bytes: 35,
    addresses: undefined,
  });
});

test('every part of a header is waited for', () => {
  for (const header of [version2(0x21, 0x11, addresses4), Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n')])
    for (let length = 1; length < header.length; length++)
      assert.equal(readProxyHeader(header.subarray(0, length)), 'incomplete', `${length} bytes`);
});

test('anything else is no header', () => {
  for (const text of ['GET / HTTP/1.1\r\n', 'PROXIES', '\r\n\r\nGET', '\x16\x03\x01'])
    assert.equal(readProxyHeader(Buffer.from(text, 'latin1')), 'absent', text);
});

test('a header that cannot be trusted to the letter is refused', () => {
  const wrong: Record<string, Buffer> = {
    'no end': Buffer.from(`PROXY TCP4 ${'1'.repeat(200)}`),
    'a family of another name': Buffer.from('PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n'),
    'addresses of the other family': Buffer.from('PROXY TCP4 ::1 ::2 1 2\r\n'),
    'a port too large': Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\r\n'),
    'a port with a leading zero': Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n'),
    'too many fields': Buffer.from('PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n'),
    'another version': version2(0x31, 0x11, addresses4),
    'another command': version2(0x22, 0x11, addresses4),
    'addresses that are cut off': version2(0x21, 0x11, addresses4.slice(0, 8)),
  };
  for (const [name, bytes] of Object.entries(wrong)) assert.equal(readProxyHeader(bytes), 'malformed', name);
});
