import { createHash } from 'node:crypto';

const ALPHABET = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** The order in which the digest's bytes are read, three at a time. */
const ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;
const ROUNDS = 1000;

/** MD5-crypt as `htpasswd -m` (`$apr1$`) and old systems (`$1$`) write it: `$magic$salt$digest`. */
export function md5Crypt(password: string, hash: string): string {
  const [, magic = '', salt = ''] = hash.split('$');
  const secret = Buffer.from(password, 'utf8');
  const seasoning = Buffer.from(salt.slice(0, 8), 'latin1');
  const first = firstDigest(secret, Buffer.from(`$${magic}$`), seasoning);
  return `$${magic}$${seasoning.toString('latin1')}$${encode(stretch(first, secret, seasoning))}`;
}

function firstDigest(secret: Buffer, magic: Buffer, salt: Buffer): Buffer {
  const inner = md5(secret, salt, secret);
  const parts = [secret, magic, salt];
  for (let left = secret.length; left > 0; left -= 16) parts.push(inner.subarray(0, Math.min(16, left)));
  for (let bits = secret.length; bits > 0; bits >>= 1)
    parts.push(bits & 1 ? Buffer.of(0) : secret.subarray(0, 1));
  return md5(...parts);
}

function stretch(first: Buffer, secret: Buffer, salt: Buffer): Buffer {
  let digest = first;
  for (let round = 0; round < ROUNDS; round += 1) {
    const odd = round % 2 === 1;
    const parts = [odd ? secret : digest];
    if (round % 3 !== 0) parts.push(salt);
    if (round % 7 !== 0) parts.push(secret);
    digest = md5(...parts, odd ? digest : secret);
  }
  return digest;
}

function encode(digest: Buffer): string {
  const groups = ORDER.map(([a, b, c]) => letters((digest[a]! << 16) | (digest[b]! << 8) | digest[c]!, 4));
  return groups.join('') + letters(digest[11]!, 2);
}

function letters(value: number, count: number): string {
  return Array.from({ length: count }, (_, index) => ALPHABET[(value >> (6 * index)) & 63]).join('');
}

function md5(...parts: Uint8Array[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
