import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readPair } from '../../src/tls/certificate-pair.ts';
import { defaultCertificate } from '../../src/tls/default-certificate.ts';

const directory = mkdtempSync(join(tmpdir(), 'fairlead-default-'));
const file = join(directory, 'default-certificate.pem');
const nowMs = Date.parse('2030-01-01');
const dayMs = 86_400_000;
after(() => rmSync(directory, { recursive: true, force: true }));

test('the generated certificate is one that clients can judge', async () => {
  const made = await defaultCertificate({ directory, nowMs });
  const { certificate, validToMs } = readPair(made);
  assert.match(certificate.names.join(), /^[0-9a-f]{32}\.fairlead\.default$/);
  assert.equal(validToMs, nowMs + 365 * dayMs);
  const parsed = new X509Certificate(made.cert);
  assert.equal(parsed.subject, 'CN=TRAEFIK DEFAULT CERT');
  assert.ok(parsed.verify(parsed.publicKey), 'it is signed by itself');
  assert.deepEqual(parsed.keyUsage, ['1.3.6.1.5.5.7.3.1'], 'for servers only');
  assert.equal(parsed.ca, false);
});

test('it is kept for its owner alone, until its end is near', async () => {
  const first = await defaultCertificate({ directory, nowMs });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(directory), ['default-certificate.pem'], 'nothing half written is left');
  assert.deepEqual(await defaultCertificate({ directory, nowMs: nowMs + 300 * dayMs }), first);
  const next = await defaultCertificate({ directory, nowMs: nowMs + 340 * dayMs });
  assert.notEqual(next.cert, first.cert);
});

test('a damaged one is made anew', async () => {
  writeFileSync(file, 'not a certificate');
  const made = await defaultCertificate({ directory, nowMs });
  assert.deepEqual(await defaultCertificate({ directory, nowMs }), made);
});
