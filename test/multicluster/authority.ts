/** Certificates for tests, signed by authorities made on the spot. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateWish {
  readonly name: string;
  /** Names and addresses; URIs have a colon and two slashes. */
  readonly alternatives?: readonly string[];
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

const dayMs = 86_400_000;

export class Authority {
  readonly #certificate: forge.pki.Certificate;
  readonly #key: forge.pki.rsa.PrivateKey;
  readonly pem: string;

  constructor(name: string) {
    const keys = keyPair();
    this.#key = keys.privateKey;
    this.#certificate = unsigned({ name }, keys.publicKey);
    this.#certificate.setIssuer(this.#certificate.subject.attributes);
    this.#certificate.setExtensions([
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ]);
    this.#certificate.sign(this.#key, forge.md.sha256.create());
    this.pem = forge.pki.certificateToPem(this.#certificate);
  }

  issue(wish: CertificateWish): PemPair {
    const keys = keyPair();
    const certificate = unsigned(wish, keys.publicKey);
    certificate.setIssuer(this.#certificate.subject.attributes);
    certificate.setExtensions([
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames: (wish.alternatives ?? []).map(alternativeName) },
    ]);
    certificate.sign(this.#key, forge.md.sha256.create());
    return { cert: forge.pki.certificateToPem(certificate), key: forge.pki.privateKeyToPem(keys.privateKey) };
  }
}

/** Native keys: forge would take seconds for each. */
function keyPair() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const key = forge.pki.privateKeyFromPem(pem);
  return { privateKey: key, publicKey: forge.pki.setRsaPublicKey(key.n, key.e) };
}

function unsigned(wish: CertificateWish, publicKey: forge.pki.rsa.PublicKey): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = `00${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = wish.validFrom ?? new Date(Date.now() - dayMs);
  certificate.validity.notAfter = wish.validTo ?? new Date(Date.now() + dayMs);
  certificate.setSubject([{ name: 'commonName', value: wish.name }]);
  return certificate;
}

const [uriType, dnsType, ipType] = [6, 2, 7];

function alternativeName(value: string) {
  if (value.includes('://')) return { type: uriType, value };
  return isIP(value) ? { type: ipType, ip: value } : { type: dnsType, value };
}
