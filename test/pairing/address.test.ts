import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/pairing/address.ts';
import { TestNode } from './nodes.ts';

const addresses: [text: string, host: string | undefined, port?: number][] = [
  ['192.0.2.1:9443', '192.0.2.1', 9443],
  ['child.example.com:443', 'child.example.com', 443],
  ['[2001:db8::1]:9443', '2001:db8::1', 9443],
  ['2001:db8::1:9443', undefined],
  ['https://child:9443', undefined],
  ['child', undefined],
  ['child:0', undefined],
  ['child:65536', undefined],
  ['child:9443/path', undefined],
  ['two words:9443', undefined],
  ['', undefined],
];

test('an address is a host and a port, and nothing else', () => {
  for (const [text, host, port] of addresses)
    assert.deepEqual(parseAddress(text), host === undefined ? undefined : { host, port }, text);
});

test('an invitation with an address that nobody could connect to is not made', async () => {
  await using node = await TestNode.start();
  const invite = (...wanted: string[]) => node.pairing.invite({ addresses: wanted, expiresMs: 60_000 });
  await assert.rejects(invite('child:9443', 'child'), {
    code: 'child-address-wrong',
    message: /"child" is not/,
  });
  await assert.rejects(invite(), { code: 'child-address-wrong' });
  assert.deepEqual(node.pairing.list().invitations, []);
});
