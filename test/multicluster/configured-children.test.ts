import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configuredChildren } from '../../src/providers/multicluster/configured-children.ts';
import { optionsOf } from './options-for-tests.ts';

const secure = 'https://east.test:9443';

const children: [what: string, written: object, address: string, bySecret: boolean][] = [
  ['nothing says how it is known', { address: secure }, 'east.test:9443', true],
  ['the usual port', { address: 'https://[2001:db8::1]' }, '[2001:db8::1]:443', true],
  ['no TLS', { address: 'http://east.test' }, 'east.test:80', false],
  [
    'certificates of its own',
    { address: secure, serversTransport: { certificates: [{ certFile: 'a', keyFile: 'b' }] } },
    'east.test:9443',
    false,
  ],
  [
    'an authority of its own',
    { address: secure, serversTransport: { rootCAs: ['a'] } },
    'east.test:9443',
    false,
  ],
  [
    'no verification',
    { address: secure, serversTransport: { insecureSkipVerify: true } },
    'east.test:9443',
    false,
  ],
];

test('all children of the configuration have their names, and those that nothing is said of are for the secret', () => {
  for (const [what, written, address, bySecret] of children)
    assert.deepEqual(
      configuredChildren(optionsOf({ children: { east: written } })),
      [{ name: 'east', address, bySecret }],
      what,
    );
});
