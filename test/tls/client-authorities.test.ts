import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { staysVerified } from '../../src/tls/client-authorities.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-chain-'));
after(() => rmSync(folder, { recursive: true }));

/** Signed by another one, or by itself. */
function certificate(name: string, issuer?: string): string {
  const file = (of: string, ending: string) => join(folder, `${of}.${ending}`);
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-keyout', file(name, 'key'), '-out', file(name, 'crt')],
      ...(issuer ? ['-CA', file(issuer, 'crt'), '-CAkey', file(issuer, 'key')] : []),
    ],
    { stdio: 'pipe' },
  );
  return readFileSync(file(name, 'crt'), 'utf8');
}

const root = certificate('root');
const middle = certificate('middle', 'root');
const other = certificate('other');
const leaf = { root: certificate('direct', 'root'), middle: certificate('indirect', 'middle') };

const cases: [what: string, leaf: string, before: string[], now: string[], stays: boolean][] = [
  ['the same, in another order and another file', leaf.root, [root + other], [other, root], true],
  ['one more', leaf.root, [root], [root, other], true],
  ['one more, while the client sends what leads to the first', leaf.middle, [root], [root, other], true],
  ['another one gone', leaf.root, [root, other], [root], true],
  ['another one gone, the way known', leaf.middle, [root, middle, other], [root, middle], true],
  ['its own gone', leaf.root, [root, other], [other], false],
  ['all gone', leaf.root, [root], [], false],
  ['the one in between gone', leaf.middle, [root, middle], [root], false],
  ['the one at the end gone', leaf.middle, [root, middle], [middle], false],
  ['its own cannot be read any more', leaf.root, [root, other], [spoilt(root), other], false],
];

function spoilt(pem: string): string {
  return pem.replace(/\n[^-]{20}/, '\nAAAA');
}

for (const [what, shown, before, now, stays] of cases)
  test(`authorities change: ${what}: it ${stays ? 'stays' : 'goes'}`, () => {
    assert.equal(staysVerified(new X509Certificate(shown).raw, { before, now }), stays);
  });
