import { generateKeyPair, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeAtomically } from '../support/write-atomically.ts';
import { readPair } from './certificate-pair.ts';

const dayMs = 86_400_000;
const validDays = 365;
const renewDays = 30;
const keyBits = 2048;
const fileName = 'default-certificate.pem';
/** Scripts and monitors know a front door without a certificate of its own by this name. */
const commonName = 'TRAEFIK DEFAULT CERT';

export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * The self-signed certificate that is shown when no other fits. It is kept, so that a client which was told to
 * trust it need not be told again after a restart.
 */
export async function defaultCertificate({
  directory,
  nowMs,
}: {
  directory: string;
  nowMs: number;
}): Promise<PemPair> {
  const path = join(directory, fileName);
  const kept = await readKept(path, nowMs);
  if (kept !== undefined) return kept;
  const made = await generate(nowMs);
  await writeAtomically(path, made.cert + made.key);
  return made;
}

async function readKept(path: string, nowMs: number): Promise<PemPair | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const keyStart = text.indexOf('-----BEGIN PRIVATE KEY');
    const pair = { cert: text.slice(0, keyStart), key: text.slice(keyStart) };
    return readPair(pair).validToMs - nowMs > renewDays * dayMs ? pair : undefined;
  } catch {
    // Not there yet, or damaged: a new one is made.
    return undefined;
  }
}

async function generate(nowMs: number): Promise<PemPair> {
  const [{ default: forge }, { privateKey: key }] = await Promise.all([import('node-forge'), generateKey()]);
  const certificate = forge.pki.createCertificate();
  const privateKey = forge.pki.privateKeyFromPem(key);
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  // A leading zero bit keeps the number positive, as RFC 5280 4.1.2.2 wants it.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(nowMs - dayMs);
  certificate.validity.notAfter = new Date(nowMs + validDays * dayMs);
  const subject = [{ name: 'commonName', value: commonName }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [{ type: dnsName, value: randomName() }] },
  ]);
  certificate.sign(privateKey, forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate).replaceAll('\r', ''), key };
}

/** GeneralName `dNSName` of RFC 5280. */
const dnsName = 2;

const randomName = (): string => `${randomBytes(16).toString('hex')}.fairlead.default`;

const generateKey = (): Promise<{ privateKey: string }> =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: keyBits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
