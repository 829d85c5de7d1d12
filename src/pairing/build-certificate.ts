/** Writes X.509 certificates (RFC 5280); Node can read and verify them, but not make them. */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bits,
  type Der,
  embedded,
  encode,
  integer,
  octets,
  oid,
  sequence,
  set,
  tagged,
  text,
  time,
  yes,
} from './der.ts';

export interface CertificateWish {
  /** Common names. */
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly extensions: readonly Der[];
}

/** PEM. */
export function buildCertificate(wish: CertificateWish): string {
  const algorithm = signatureAlgorithm(wish.issuerKey);
  const signed = sequence(
    tagged(0, [integer(Buffer.of(2))]),
    integer(serialNumber()),
    algorithm,
    commonName(wish.issuer),
    sequence(time(wish.notBeforeMs), time(wish.notAfterMs)),
    commonName(wish.subject),
    embedded(wish.publicKey.export({ type: 'spki', format: 'der' })),
    tagged(3, [sequence(...wish.extensions, ...keyIdentifiers(wish))]),
  );
  const hash = wish.issuerKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = sign(hash, encode(signed), wish.issuerKey);
  return pem(encode(sequence(signed, algorithm, bits(signature))));
}

/** Authorities only: may sign certificates, but no further authorities. */
export const authorityExtensions = (): Der[] => [
  extension('2.5.29.19', sequence(yes(), integer(Buffer.of(0))), { critical: true }),
  // keyCertSign
  extension('2.5.29.15', bits(Buffer.of(0b0000_0100), { unused: 2 }), { critical: true }),
];

export type Usage = 'server' | 'client';

const usageIds = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** What a certificate is good for. That it names one use is what keeps it from the other. */
export const leafExtensions = (usages: readonly Usage[], serverName?: string): Der[] => [
  extension('2.5.29.19', sequence(), { critical: true }),
  // digitalSignature
  extension('2.5.29.15', bits(Buffer.of(0b1000_0000), { unused: 7 }), { critical: true }),
  extension('2.5.29.37', sequence(...usages.map((usage) => oid(usageIds[usage])))),
  ...(serverName === undefined ? [] : [extension('2.5.29.17', sequence(tagged(2, Buffer.from(serverName))))]),
];

function extension(id: string, value: Der, { critical = false } = {}): Der {
  return sequence(oid(id), ...(critical ? [yes()] : []), octets(encode(value)));
}

/** Two authorities of one name would be mistaken for each other without them. */
const keyIdentifiers = ({ publicKey, issuerKey }: CertificateWish): Der[] => [
  extension('2.5.29.14', octets(identifierOf(publicKey))),
  extension('2.5.29.35', sequence(tagged(0, identifierOf(createPublicKey(issuerKey))))),
];

const identifierOf = (key: KeyObject): Buffer =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
    .subarray(0, 20);

const commonName = (name: string): Der => sequence(set(sequence(oid('2.5.4.3'), text(name))));

const signatureAlgorithm = ({ asymmetricKeyType }: KeyObject): Der =>
  sequence(oid(asymmetricKeyType === 'ed25519' ? '1.3.101.112' : '1.2.840.10045.4.3.2'));

/** The first byte keeps the number positive and of one length, as RFC 5280 4.1.2.2 wants it. */
const serialNumber = (): Buffer => Buffer.concat([Buffer.of(1), randomBytes(15)]);

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
