/** The four kinds of certificates that pairing knows. */
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { authorityExtensions, buildCertificate, leafExtensions } from './build-certificate.ts';
import { isNodeKey, keyFingerprint } from './keys.ts';

/** The clocks of two hosts may differ by so much. */
export const clockToleranceMs = 15 * 60_000;

const yearMs = 365 * 86_400_000;
/** What is known by its key alone, or replaced by hand. */
const longLifeMs = 10 * yearMs;

/** Of a key by itself: what an invitation is met with, and a request for a certificate. */
export function selfSigned(key: KeyObject, nowMs: number): string {
  const publicKey = createPublicKey(key);
  const name = `fairlead ${keyFingerprint(publicKey).slice(0, 24)}`;
  return buildCertificate({
    subject: name,
    issuer: name,
    publicKey,
    issuerKey: key,
    notBeforeMs: nowMs - clockToleranceMs,
    notAfterMs: nowMs + longLifeMs,
    extensions: leafExtensions(['server', 'client']),
  });
}

/** What signs for others: its key and certificate, PEM. */
export interface Signer {
  readonly key: string;
  readonly certificate: string;
}

export function authorityCertificate(key: string, nowMs: number): string {
  const issuerKey = createPrivateKey(key);
  const publicKey = createPublicKey(issuerKey);
  const name = `fairlead authority ${authorityId(publicKey)}`;
  return buildCertificate({
    subject: name,
    issuer: name,
    publicKey,
    issuerKey,
    notBeforeMs: nowMs - clockToleranceMs,
    notAfterMs: nowMs + longLifeMs,
    extensions: authorityExtensions(),
  });
}

/** Part of a server name; nobody can make a second key that has it. */
export const authorityId = (publicKey: KeyObject): string => keyFingerprint(publicKey).slice(0, 24);

interface LeafWish {
  readonly publicKey: KeyObject;
  readonly nowMs: number;
  readonly lifetimeMs: number;
}

/** With which a child is a server under one name, and nothing else. Read by the clock that dates it. */
export const childCertificate = (signer: Signer, wish: LeafWish & { readonly serverName: string }): string =>
  buildCertificate({
    ...issuedBy(signer, wish),
    subject: 'fairlead child',
    notAfterMs: wish.nowMs + wish.lifetimeMs,
    extensions: leafExtensions(['server'], wish.serverName),
  });

/** With which a parent is a client, and nothing else. Children read it by clocks of their own. */
export const parentCertificate = (signer: Signer, wish: LeafWish): string =>
  buildCertificate({
    ...issuedBy(signer, wish),
    subject: 'fairlead parent',
    notAfterMs: wish.nowMs + wish.lifetimeMs + clockToleranceMs,
    extensions: leafExtensions(['client']),
  });

const issuedBy = ({ key, certificate }: Signer, { publicKey, nowMs }: LeafWish) => ({
  issuer: commonNameOf(certificate),
  issuerKey: createPrivateKey(key),
  publicKey,
  notBeforeMs: nowMs - clockToleranceMs,
});

const commonNameOf = (certificate: string): string =>
  /^CN=(.*)$/m.exec(new X509Certificate(certificate).subject)?.[1] ?? '';

/** The key that a request asks a certificate for; undefined unless its owner has made the request. */
export function requestedKey(request: string): KeyObject | undefined {
  const certificate = parse(request);
  if (certificate === undefined || !isNodeKey(certificate.publicKey)) return undefined;
  return certificate.verify(certificate.publicKey) ? certificate.publicKey : undefined;
}

/** The id of an authority; undefined for what is none. */
export function readAuthority(pem: string): string | undefined {
  const certificate = parse(pem);
  if (!certificate?.ca || !isNodeKey(certificate.publicKey)) return undefined;
  return certificate.verify(certificate.publicKey) ? authorityId(certificate.publicKey) : undefined;
}

/** Whether a certificate is of this key, for this name, and signed by this authority. */
export function isFor(
  pem: string,
  { key, serverName, authority }: { key: KeyObject; serverName: string; authority: string },
): boolean {
  const certificate = parse(pem);
  const issuer = parse(authority);
  if (certificate === undefined || issuer === undefined) return false;
  return (
    certificate.checkIssued(issuer) &&
    certificate.verify(issuer.publicKey) &&
    certificate.checkPrivateKey(key) &&
    certificate.checkHost(serverName) !== undefined
  );
}

/** Milliseconds since 1970. */
export const expiryOf = (pem: string): number => new X509Certificate(pem).validToDate.getTime();

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
