/** What becomes of clients that were let in by authorities, once others count. */
import { X509Certificate } from 'node:crypto';

/** Of `tls.options.<name>.clientAuth`, at two moments; PEM. */
export interface AuthoritiesChange {
  readonly before: readonly string[];
  readonly now: readonly string[];
}

/**
 * Whether a certificate (DER) that was good before can be seen to be good still. Node does not tell which others a
 * client has sent along: who needs them for the way to an authority cannot, once any authority has gone.
 */
export function staysVerified(certificate: Uint8Array, change: AuthoritiesChange): boolean {
  const now = certificatesIn(change.now);
  const known = new Set(now.map(({ fingerprint256 }) => fingerprint256));
  const hasLost = certificatesIn(change.before).some(({ fingerprint256 }) => !known.has(fingerprint256));
  return !hasLost || leadsToRoot(new X509Certificate(certificate), now);
}

function leadsToRoot(certificate: X509Certificate, authorities: readonly X509Certificate[]): boolean {
  const issuers = authorities.filter((each) => isSignedBy(certificate, each));
  const others = authorities.filter((each) => !issuers.includes(each));
  return issuers.some((each) => isSignedBy(each, each) || leadsToRoot(each, others));
}

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

const certificatesIn = (pems: readonly string[]): X509Certificate[] =>
  pems.flatMap((pem) => pem.match(oneCertificate) ?? []).flatMap(parse);

const oneCertificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** One that cannot be read vouches for nobody. */
function parse(pem: string): X509Certificate[] {
  try {
    return [new X509Certificate(pem)];
  } catch {
    return [];
  }
}
