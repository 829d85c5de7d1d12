import type { TLSSocket } from 'node:tls';
import type { TlsOptionsRecord } from '../model/wire.ts';

/** Why a client was turned away; each is counted and logged under its own name. */
export type RefusalReason =
  | 'no-certificate'
  | 'wrong-authority'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-refused';

export type ClientVerdict =
  | { readonly accepted: true; readonly verified: boolean; readonly certificates: readonly Uint8Array[] }
  | { readonly accepted: false; readonly reason: RefusalReason; readonly text: string };

const refusals: Readonly<Record<string, { reason: RefusalReason; text: string }>> = {
  CERT_HAS_EXPIRED: { reason: 'certificate-expired', text: 'its certificate has expired' },
  CERT_NOT_YET_VALID: { reason: 'certificate-not-yet-valid', text: 'its certificate is not valid yet' },
  DEPTH_ZERO_SELF_SIGNED_CERT: {
    reason: 'wrong-authority',
    text: 'its certificate is signed by itself and not by one of the caFiles',
  },
  SELF_SIGNED_CERT_IN_CHAIN: {
    reason: 'wrong-authority',
    text: 'the authority of its certificate is not among the caFiles',
  },
  UNABLE_TO_GET_ISSUER_CERT: {
    reason: 'wrong-authority',
    text: 'the authority of its certificate is not among the caFiles',
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    reason: 'wrong-authority',
    text: 'the authority of its certificate is not among the caFiles',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    reason: 'wrong-authority',
    text: 'the authority of its certificate is not among the caFiles',
  },
  CERT_SIGNATURE_FAILURE: {
    reason: 'wrong-authority',
    text: 'its certificate names one of the caFiles as its authority, which did not sign it',
  },
  INVALID_PURPOSE: {
    reason: 'certificate-refused',
    text: 'its certificate is not made for clients (extended key usage clientAuth)',
  },
};

/** Judges the certificate of a client whose handshake has succeeded: never call it for one that failed. */
export function judgeClient(socket: TLSSocket, options: TlsOptionsRecord): ClientVerdict {
  const mode = options.clientAuthType;
  if (mode === 'NoClientCert') return { accepted: true, verified: false, certificates: [] };
  const certificates = certificateChain(socket);
  if (certificates.length === 0) {
    if (mode !== 'RequireAnyClientCert' && mode !== 'RequireAndVerifyClientCert')
      return { accepted: true, verified: false, certificates };
    return { accepted: false, reason: 'no-certificate', text: 'it showed no certificate' };
  }
  if (socket.authorized)
    return { accepted: true, verified: options.clientAuthorities.length > 0, certificates };
  if (mode === 'RequestClientCert' || mode === 'RequireAnyClientCert')
    return { accepted: true, verified: false, certificates };
  return { accepted: false, ...explain(socket) };
}

function explain(socket: TLSSocket): { reason: RefusalReason; text: string } {
  // Typed as an error, but a code in fact.
  const code = String(socket.authorizationError);
  const subject = socket.getPeerX509Certificate()?.subject.replaceAll('\n', ', ') ?? '';
  const known = refusals[code] ?? {
    reason: 'certificate-refused',
    text: `its certificate is refused: ${code}`,
  };
  return { reason: known.reason, text: `${known.text} (${subject})` };
}

/** The client's own certificate first; of those it sent along only the ones that lead to an authority. */
function certificateChain(socket: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  for (
    let certificate = socket.getPeerX509Certificate();
    certificate !== undefined && !seen.has(certificate.fingerprint256);
    certificate = certificate.issuerCertificate
  ) {
    seen.add(certificate.fingerprint256);
    chain.push(certificate.raw);
  }
  return chain;
}
