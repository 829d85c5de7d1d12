/** The way without hands: both sides were given one secret, and each proves to know it by a key made from it. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { selfSigned } from './certificates.ts';
import { deriveKey, keyFingerprint, stretch } from './keys.ts';
import { PairingError } from './pairing-error.ts';

export interface SharedSecret {
  readonly child: DerivedIdentity;
  readonly parent: DerivedIdentity;
}

/** A key made from a secret, and a certificate to show it with; PEM. */
export interface DerivedIdentity {
  readonly cert: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** Whoever connects sees a certificate made from the secret, and may guess at home. */
const lengthMin = 20;

/** Throws when it is too short. */
export async function sharedSecret(secret: string, nowMs: number): Promise<SharedSecret> {
  if (secret.length < lengthMin) throw tooShort(secret.length);
  const seed = await stretch(secret);
  return {
    child: derivedIdentity(deriveKey(seed, 'child'), nowMs),
    parent: derivedIdentity(deriveKey(seed, 'parent'), nowMs),
  };
}

export const derivedIdentity = (key: KeyObject, nowMs: number): DerivedIdentity => ({
  cert: selfSigned(key, nowMs),
  key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  fingerprint: keyFingerprint(createPublicKey(key)),
});

const tooShort = (length: number) =>
  new PairingError(
    'secret-too-short',
    `The secret in hub.pairing has ${length} characters; it must have ${lengthMin} at least.`,
    'Make one with "openssl rand -base64 32", and give it to both sides.',
  );
