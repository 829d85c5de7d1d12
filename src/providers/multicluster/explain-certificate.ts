/**
 * Turns a refused server certificate into what did not fit (name, address, authority or date) and what to
 * change.
 */
import { isIP } from 'node:net';
import type { PeerCertificate } from 'node:tls';
import type { Failure } from './failure.ts';

export interface RefusedCertificate {
  /** As Node and OpenSSL name it: `CERT_HAS_EXPIRED`. */
  readonly code: string;
  readonly certificate: Pick<PeerCertificate, 'subjectaltname' | 'valid_from' | 'valid_to' | 'issuer'>;
  /** The name or address it had to be valid for. */
  readonly expected: string;
  readonly ownAuthorities: boolean;
}

export function explainCertificate(refused: RefusedCertificate): Failure {
  const [text, remedy] = (explanations[refused.code] ?? unknownReason)(refused);
  return { code: 'child-certificate-refused', text, remedy };
}

type Explanation = readonly [text: string, remedy: string];

const wrongAuthority = ({ certificate, ownAuthorities }: RefusedCertificate): Explanation => [
  `its certificate is signed by an authority that is not trusted here (${issuerOf(certificate)})`,
  ownAuthorities
    ? "Add the authority that signed it to the child's serversTransport.rootCAs, or give the child a certificate of one that stands there."
    : "Name the authority that signed it in the child's serversTransport.rootCAs.",
];

const selfSigned = ({ certificate }: RefusedCertificate): Explanation => [
  `its certificate is self-signed (${issuerOf(certificate)})`,
  "Give the child a certificate from your own authority (tls.stores.default.defaultCertificate there), or name this one in the child's serversTransport.rootCAs.",
];

const wrongName = ({ certificate, expected }: RefusedCertificate): Explanation => {
  const names = certificate.subjectaltname ?? '';
  if (isIP(expected) === 0)
    return [
      `its certificate is not valid for the name ${expected}, only for ${names || 'no name at all'}`,
      `Add DNS:${expected} to the certificate, or set serversTransport.serverName to a name that it has.`,
    ];
  const has = names.includes('IP Address:') ? `only for ${names}` : 'it has no IP address among its names';
  return [
    `its certificate is not valid for the address ${expected}: ${has}`,
    `Add IP:${expected} to its subject alternative names, or set serversTransport.serverName to a DNS name that it has.`,
  ];
};

const expired = ({ certificate }: RefusedCertificate): Explanation => [
  `its certificate expired on ${certificate.valid_to}`,
  'Renew the certificate of the child; if it is not that old, check the clock of this host.',
];

const notYetValid = ({ certificate }: RefusedCertificate): Explanation => [
  `its certificate is valid from ${certificate.valid_from} only`,
  'Check the clocks of both hosts, or wait until that time.',
];

const unknownReason = ({ code }: RefusedCertificate): Explanation => [
  `its certificate was refused (${code})`,
  'Check the certificate in tls.stores.default.defaultCertificate of the child.',
];

const explanations: Readonly<Record<string, (refused: RefusedCertificate) => Explanation>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: wrongName,
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: notYetValid,
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: wrongAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: wrongAuthority,
  UNABLE_TO_GET_ISSUER_CERT: wrongAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: wrongAuthority,
  CERT_SIGNATURE_FAILURE: wrongAuthority,
};

/** The issuer says more of itself in `CN` than in the rest. */
const issuerOf = ({ issuer }: RefusedCertificate['certificate']) =>
  `issuer ${issuer?.CN ?? issuer?.O ?? 'without a name'}`;
