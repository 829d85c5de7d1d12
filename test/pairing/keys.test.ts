import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { deriveKey, generateKey, isNodeKey, keyFingerprint, stretch } from '../../src/pairing/keys.ts';
import { sharedSecret } from '../../src/pairing/shared-secret.ts';

const seed = Buffer.from('00112233445566778899aabbccddeeff', 'hex');

test('keys that are derived are the same in every version, for each role another', () => {
  assert.equal(
    keyFingerprint(deriveKey(seed, 'parent')),
    'b1de22e7370c73921ce0ae0ad9f6c29a5f06b710cdc7c2e0f08ea28a4cdc9c47',
  );
  assert.equal(
    keyFingerprint(deriveKey(seed, 'child')),
    'c10a957cbc194df24019018040358a9223d10f851a598861cf4485793148090e',
  );
});

test('a secret makes the same keys on both sides, however its letters are composed', async () => {
  const composed = await stretch('\u00fcber-twenty-characters');
  const decomposed = await stretch('u\u0308ber-twenty-characters');
  assert.deepEqual(composed, decomposed);
  assert.equal(
    keyFingerprint(deriveKey(composed, 'child')),
    'd9ec94a9ee86f3b9ce55d8faed7dfeb5305b5eacab53f8dae587bdf5257d9b1f',
  );
});

test('a fingerprint is of the public key, from whichever half it is taken', async () => {
  const key = createPrivateKey(await generateKey());
  assert.equal(keyFingerprint(key), keyFingerprint(createPublicKey(key)));
  assert.equal(isNodeKey(createPublicKey(key)), true);
  assert.equal(isNodeKey(createPublicKey(deriveKey(seed, 'child'))), false);
});

test('a short secret is refused with the remedy', async () => {
  await assert.rejects(sharedSecret('x'.repeat(19), 0), {
    code: 'secret-too-short',
    remedy: /openssl rand -base64 32/,
  });
});
