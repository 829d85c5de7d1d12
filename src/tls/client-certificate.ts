import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Peer } from '../model/peer.ts';
import type { RefusalReason } from '../model/refusal-reasons.ts';
import type { TlsOptionsRecord } from '../model/wire.ts';

export interface Refusal {
  readonly accepted: false;
  readonly reason: RefusalReason;
  readonly text: string;
}

export interface Admitted {
  readonly accepted: true;
  readonly verified: boolean;
  /** DER. */
  readonly certificates: readonly Uint8Array[];
  /** Who it is by pairing. */
  readonly peer: Peer | undefined;
}

export type ClientVerdict = Admitted | Refusal;

export const refusal = (reason: RefusalReason, text: string): Refusal => ({ accepted: false, reason, text });

/** Judges the certificate of a client whose handshake has succeeded: never call it for one that failed. */
export function judgeClient(
  socket: TLSSocket,
  { options, nowMs }: { options: TlsOptionsRecord; nowMs: number },
): ClientVerdict {
  const mode = options.clientAuthType;
  if (mode === 'NoClientCert') return stranger([]);
  const certificates = certificateChain(socket);
  if (certificates.length === 0)
    return mode === 'RequireAnyClientCert' || mode === 'RequireAndVerifyClientCert'
      ? refusal('no-certificate', 'it showed no certificate')
      : stranger(certificates);
  const fault = certificateFault(socket, { nowMs, authorities: 'one of the caFiles' });
  if (fault === undefined)
    return {
      accepted: true,
      verified: options.clientAuthorities.length > 0,
      certificates,
      peer: undefined,
    };
  return mode === 'RequestClientCert' || mode === 'RequireAnyClientCert' ? stranger(certificates) : fault;
}

const stranger = (certificates: readonly Uint8Array[]): Admitted => ({
  accepted: true,
  verified: false,
  certificates,
  peer: undefined,
});

/** What is wrong with the certificate, as the authorities see it that the client was told of. */
export function certificateFault(
  socket: TLSSocket,
  /** `authorities` in words. */
  { nowMs, authorities }: { nowMs: number; authorities: string },
): Refusal | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return refusal('no-certificate', 'it showed no certificate');
  // OpenSSL has looked at the dates when the session began, which may have been resumed since.
  if (socket.authorized && nowMs < certificate.validToDate.getTime()) return undefined;
  // Typed as an error, but a code in fact.
  const code = socket.authorized ? 'CERT_HAS_EXPIRED' : String(socket.authorizationError);
  const reason = reasons[code] ?? 'certificate-refused';
  const text = faultText(code, { certificate, nowMs, authorities });
  return refusal(reason, `${text} (${shownSubject(certificate)})`);
}

const reasons: Readonly<Record<string, RefusalReason>> = {
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'wrong-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'wrong-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'wrong-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'wrong-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'wrong-authority',
  CERT_SIGNATURE_FAILURE: 'wrong-authority',
};

interface Shown {
  readonly certificate: X509Certificate;
  readonly nowMs: number;
  readonly authorities: string;
}

function faultText(code: string, { certificate, nowMs, authorities }: Shown): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `its certificate has expired on ${certificate.validToDate.toISOString()}`;
    case 'CERT_NOT_YET_VALID':
      return notYetValid(certificate.validFromDate, nowMs);
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `its certificate is signed by itself and not by ${authorities}`;
    case 'CERT_SIGNATURE_FAILURE':
      return `its certificate names ${authorities} as its authority, which did not sign it`;
    case 'INVALID_PURPOSE':
      return 'its certificate is not made for clients (extended key usage clientAuth)';
    default:
      return reasons[code] === 'wrong-authority'
        ? `the authority of its certificate is not ${authorities}`
        : `its certificate is refused: ${code}`;
  }
}

function notYetValid(from: Date, nowMs: number): string {
  const seconds = Math.ceil((from.getTime() - nowMs) / 1000);
  return `its certificate is not valid before ${from.toISOString()}, ${seconds} s from now by the clock of this machine`;
}

/** A client may write what it likes into its certificate. */
const subjectMax = 200;

const shownSubject = ({ subject }: X509Certificate): string =>
  (subject ?? '').replaceAll('\n', ', ').slice(0, subjectMax);

/** The client's own certificate first; of those it sent along only the ones that lead to an authority. */
export function certificateChain(socket: TLSSocket): Uint8Array[] {
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
