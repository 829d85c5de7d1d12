import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import forge from 'node-forge';

const lifetimeMs = 24 * 3_600_000;
const clockSkewMs = 300_000;

interface Pair {
  readonly certificate: forge.pki.Certificate;
  readonly key: forge.pki.PrivateKey;
}

/** One authority, one certificate for the children's uplink ports, one that the parent shows to them: good for a day. */
export async function makeCertificates(folder: string, childAddresses = ['127.0.0.1']): Promise<void> {
  const authority = issue('Fairlead demo authority', [{ name: 'basicConstraints', cA: true }]);
  const child = issue('child', [...usage('serverAuth'), addresses(childAddresses)], authority);
  const parent = issue('parent', usage('clientAuth'), authority);
  await writeFile(path.join(folder, 'ca.crt'), forge.pki.certificateToPem(authority.certificate));
  await writePair(folder, 'child', child);
  await writePair(folder, 'parent', parent);
}

function issue(commonName: string, extensions: object[], issuer?: Pair): Pair {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = forge.pki.privateKeyFromPem(pair.privateKey);
  const certificate = forge.pki.createCertificate();
  const subject = [{ name: 'commonName', value: commonName }];
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  // Its first byte keeps the number positive and of one length: DER allows no zeros in front.
  certificate.serialNumber = `01${randomBytes(8).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - clockSkewMs);
  certificate.validity.notAfter = new Date(Date.now() + lifetimeMs);
  certificate.setSubject(subject);
  certificate.setIssuer(issuer ? issuer.certificate.subject.attributes : subject);
  certificate.setExtensions(extensions);
  certificate.sign((issuer?.key ?? key) as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return { certificate, key };
}

const usage = (purpose: 'serverAuth' | 'clientAuth') => [
  { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
  { name: 'extKeyUsage', [purpose]: true },
];

const ipAddress = 7;
const addresses = (ips: string[]) => ({
  name: 'subjectAltName',
  altNames: ips.map((ip) => ({ type: ipAddress, ip })),
});

async function writePair(folder: string, name: string, { certificate, key }: Pair): Promise<void> {
  await writeFile(path.join(folder, `${name}.crt`), forge.pki.certificateToPem(certificate));
  await writeFile(path.join(folder, `${name}.key`), forge.pki.privateKeyToPem(key), { mode: 0o600 });
}
