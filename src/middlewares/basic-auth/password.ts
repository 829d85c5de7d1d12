import { createHash, timingSafeEqual } from 'node:crypto';
import { md5Crypt } from './md5-crypt.ts';

const BCRYPT = /^\$2[abxy]\$/;
const SHA1 = '{SHA}';

/** Whether a password belongs to a hash as `htpasswd` writes it: bcrypt, SHA-1 or MD5-crypt. */
export async function passwordMatches(password: string, hash: string): Promise<boolean> {
  if (BCRYPT.test(hash)) {
    // Loaded when first needed: most configurations have no password at all.
    const { default: bcrypt } = await import('bcryptjs');
    return bcrypt.compare(password, hash.replace(BCRYPT, '$2b$'));
  }
  if (hash.startsWith(SHA1)) return sameText(sha1(password), hash.slice(SHA1.length));
  return sameText(md5Crypt(password, hash), hash);
}

function sha1(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('base64');
}

function sameText(left: string, right: string): boolean {
  const one = Buffer.from(left);
  const other = Buffer.from(right);
  return one.length === other.length && timingSafeEqual(one, other);
}
