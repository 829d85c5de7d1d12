/** The keys of pairing: made at random for nodes and authorities, derived from a secret for those who invite and join. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  hkdfSync,
  type KeyObject,
  scrypt,
} from 'node:crypto';
import { promisify } from 'node:util';

/** Who proves to know a secret: both sides of one secret have different keys, so that neither can be sent back. */
export type SecretRole = 'child' | 'parent';

/** SHA-256 of the public key as certificates carry it (SubjectPublicKeyInfo), hexadecimal. */
export const keyFingerprint = (key: KeyObject): string =>
  createHash('sha256')
    .update((key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** ECDSA on P-256, which every TLS library speaks; PEM. */
export async function generateKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

/** Whether it is a key as nodes make them: nothing else is signed. */
export const isNodeKey = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1';

/** What an Ed25519 key in PKCS #8 begins with (RFC 8410); 32 bytes follow. */
const ed25519Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The same key for the same seed, whenever and wherever. */
export function deriveKey(seed: Uint8Array, role: SecretRole): KeyObject {
  const bytes = Buffer.from(hkdfSync('sha256', seed, '', `fairlead pairing 1 ${role}`, 32));
  return createPrivateKey({ key: Buffer.concat([ed25519Head, bytes]), format: 'der', type: 'pkcs8' });
}

/** Made of a secret that a person chose: whoever wants to guess it pays for every guess. */
export function stretch(secret: string): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const cost = { N: 2 ** 14, r: 8, p: 1 };
  scrypt(secret.normalize('NFC'), 'fairlead pairing 1', 32, cost, (error, seed) =>
    error ? reject(error) : resolve(seed),
  );
  return promise;
}
