import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CertificateIndex } from '../../src/tls/certificate-index.ts';

const certificate = (...names: string[]) => ({
  name: names.join('+'),
  cert: '',
  key: '',
  names: names.sort(),
});

const found = (index: CertificateIndex, serverName: string): string | undefined =>
  index.find(serverName)?.name;

test('a certificate is found by any of its names', () => {
  const index = new CertificateIndex([certificate('a.example', 'b.example'), certificate('c.example')]);
  assert.equal(found(index, 'b.example'), 'a.example+b.example');
  assert.equal(found(index, 'c.example'), 'c.example');
  assert.equal(found(index, 'd.example'), undefined);
});

test('a wildcard stands for exactly one label', () => {
  const index = new CertificateIndex([certificate('*.star.example')]);
  assert.equal(found(index, 'a.star.example'), '*.star.example');
  for (const name of ['star.example', 'b.a.star.example', 'example', ''])
    assert.equal(found(index, name), undefined, name);
});

test('a single label is no wildcard of itself', () => {
  assert.equal(found(new CertificateIndex([certificate('*.host')]), 'host'), undefined);
});

test('of several that fit, the greatest list of names wins', () => {
  const index = new CertificateIndex([
    certificate('*.x.example'),
    certificate('a.x.example'),
    certificate('a.x.example', 'z.x.example'),
  ]);
  assert.equal(found(index, 'a.x.example'), 'a.x.example+z.x.example');
  assert.equal(found(index, 'b.x.example'), '*.x.example');
});

test('of two with the same names the first stays', () => {
  const [first, second] = [certificate('a.example'), { ...certificate('a.example'), name: 'second' }];
  assert.equal(found(new CertificateIndex([first, second]), 'a.example'), 'a.example');
});

test('addresses are names, too', () => {
  assert.equal(found(new CertificateIndex([certificate('127.0.0.1')]), '127.0.0.1'), '127.0.0.1');
});
