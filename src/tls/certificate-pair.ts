import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { NamedCertificate } from './certificate-index.ts';

/** A certificate with its key, found to belong together. */
export interface CertificatePair {
  readonly certificate: NamedCertificate;
  readonly validFromMs: number;
  readonly validToMs: number;
}

/** Throws an error whose message says what does not fit. */
export function readPair({ cert, key }: { cert: string; key: string }): CertificatePair {
  const leaf = parseCertificate(cert);
  if (!leaf.checkPrivateKey(parseKey(key))) throw new Error('the key does not belong to the certificate');
  const name = createHash('sha256').update(cert).update('\0').update(key).digest('hex');
  return {
    certificate: { name, cert, key, names: namesOf(leaf) },
    validFromMs: leaf.validFromDate.getTime(),
    validToMs: leaf.validToDate.getTime(),
  };
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Error('the certificate is not one in PEM form');
  }
}

function parseKey(pem: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(pem);
  } catch {
    const encrypted = pem.includes('ENCRYPTED');
    throw new Error(encrypted ? 'the key is protected by a passphrase' : 'the key is not one in PEM form');
  }
}

/** The alternative names; the common name only where there are none. */
function namesOf(leaf: X509Certificate): string[] {
  const entries = leaf.subjectAltName?.split(', ') ?? [];
  const names = entries.flatMap((entry) => {
    if (entry.startsWith('DNS:')) return [entry.slice('DNS:'.length).toLowerCase()];
    if (entry.startsWith('IP Address:')) return [canonicalAddress(entry.slice('IP Address:'.length))];
    return [];
  });
  if (names.length === 0) names.push(/^CN=(.*)$/m.exec(leaf.subject)?.[1]?.toLowerCase() ?? '');
  return [...new Set(names)].filter((name) => name !== '').sort();
}

/** OpenSSL writes an IPv6 address in full; sockets write it short. */
function canonicalAddress(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
