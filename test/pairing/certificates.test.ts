import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { before, test } from 'node:test';
import { connect, createServer, type TLSSocket } from 'node:tls';
import {
  authorityCertificate,
  authorityId,
  childCertificate,
  clockToleranceMs,
  isFor,
  parentCertificate,
  readAuthority,
  requestedKey,
  selfSigned,
  type Signer,
} from '../../src/pairing/certificates.ts';
import { deriveKey, generateKey, keyFingerprint } from '../../src/pairing/keys.ts';
import { pairedName } from '../../src/pairing/server-names.ts';

const nowMs = Date.now();
const lifetimeMs = 3_600_000;

interface Side {
  readonly key: string;
  readonly publicKey: ReturnType<typeof createPublicKey>;
}

async function side(): Promise<Side> {
  const key = await generateKey();
  return { key, publicKey: createPublicKey(createPrivateKey(key)) };
}

async function signer(): Promise<Signer & { id: string }> {
  const { key, publicKey } = await side();
  return { key, certificate: authorityCertificate(key, nowMs), id: authorityId(publicKey) };
}

let authority: Awaited<ReturnType<typeof signer>>;
let child: Side;
let parent: Side;
let serverName: string;
let childLeaf: string;
let parentLeaf: string;

before(async () => {
  [authority, child, parent] = await Promise.all([signer(), side(), side()]);
  serverName = pairedName(authority.id, keyFingerprint(child.publicKey));
  childLeaf = childCertificate(authority, { publicKey: child.publicKey, serverName, nowMs, lifetimeMs });
  parentLeaf = parentCertificate(authority, { publicKey: parent.publicKey, nowMs, lifetimeMs });
});

test('certificates are what they should be to the one who reads them', () => {
  const leaf = new X509Certificate(childLeaf);
  const issuer = new X509Certificate(authority.certificate);
  assert.equal(leaf.ca, false);
  assert.equal(issuer.ca, true);
  assert.ok(issuer.checkIssued(issuer) && leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey));
  assert.equal(leaf.subjectAltName, `DNS:${serverName}`);
  assert.ok(serverName.split('.').every((label) => label.length <= 63));
  assert.deepEqual(leaf.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  assert.deepEqual(new X509Certificate(parentLeaf).keyUsage, ['1.3.6.1.5.5.7.3.2']);
  assert.match(leaf.serialNumber, /^01[0-9A-F]{30}$/);
  assert.notEqual(leaf.serialNumber, new X509Certificate(parentLeaf).serialNumber);
});

test('clocks may differ by a quarter of an hour', () => {
  const seconds = (ms: number) => Math.floor(ms / 1000) * 1000;
  const leaf = new X509Certificate(childLeaf);
  assert.equal(leaf.validFromDate.getTime(), seconds(nowMs - clockToleranceMs));
  assert.equal(leaf.validToDate.getTime(), seconds(nowMs + lifetimeMs));
  // The child reads it by a clock of its own, which may be ahead as well.
  assert.equal(
    new X509Certificate(parentLeaf).validToDate.getTime(),
    seconds(nowMs + lifetimeMs + clockToleranceMs),
  );
});

test('a certificate beyond the year 2049 is dated as such', async () => {
  const late = selfSigned(createPrivateKey(await generateKey()), Date.UTC(2045, 0, 1));
  assert.equal(new X509Certificate(late).validToDate.getUTCFullYear(), 2054);
});

interface Meeting {
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
  readonly trusts?: string;
}

/** What each side thinks of the other: undefined is well. */
async function meet({ server, client, trusts = authority.certificate }: Meeting) {
  const listener = createServer({ ...server, ca: [trusts], requestCert: true, rejectUnauthorized: false });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'secureConnection');
  const { port } = listener.address() as AddressInfo;
  const socket = connect({
    host: '127.0.0.1',
    port,
    servername: serverName,
    ca: [trusts],
    ...client,
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const [other] = (await accepted) as [TLSSocket];
  const verdict = (side: TLSSocket) => (side.authorized ? undefined : String(side.authorizationError));
  const verdicts = { ofClient: verdict(socket), ofServer: verdict(other) };
  socket.destroy();
  other.destroy();
  listener.close();
  return verdicts;
}

const childPair = () => ({ cert: childLeaf, key: child.key });
const parentPair = () => ({ cert: parentLeaf, key: parent.key });

test('both sides of real TLS accept each other', async () => {
  const verdicts = await meet({ server: childPair(), client: parentPair() });
  assert.deepEqual(verdicts, { ofClient: undefined, ofServer: undefined });
});

test('a child cannot pose as the parent, nor the parent as a child', async () => {
  const posing = await meet({ server: childPair(), client: childPair() });
  assert.equal(posing.ofServer, 'INVALID_PURPOSE');
  const reversed = await meet({ server: parentPair(), client: parentPair() });
  assert.equal(reversed.ofClient, 'INVALID_PURPOSE');
});

test('another authority and another name are refused', async () => {
  const other = await signer();
  const strange = await meet({ server: childPair(), client: parentPair(), trusts: other.certificate });
  assert.ok(strange.ofClient !== undefined && strange.ofServer !== undefined);
  const name = pairedName(authority.id, keyFingerprint(parent.publicKey));
  const named = childCertificate(authority, {
    publicKey: child.publicKey,
    serverName: name,
    nowMs,
    lifetimeMs,
  });
  const { ofClient } = await meet({ server: { cert: named, key: child.key }, client: parentPair() });
  assert.match(String(ofClient), /ALTNAME/);
});

test('what is over, and what is still to come, is refused', async () => {
  const late = { publicKey: parent.publicKey, lifetimeMs };
  const over = parentCertificate(authority, { ...late, nowMs: nowMs - clockToleranceMs - 2 * lifetimeMs });
  const early = parentCertificate(authority, { ...late, nowMs: nowMs + clockToleranceMs + lifetimeMs });
  const asClient = (cert: string) => meet({ server: childPair(), client: { cert, key: parent.key } });
  assert.equal((await asClient(over)).ofServer, 'CERT_HAS_EXPIRED');
  assert.equal((await asClient(early)).ofServer, 'CERT_NOT_YET_VALID');
});

test('keys derived from a secret serve for TLS as well', async () => {
  const key = deriveKey(Buffer.alloc(16), 'parent');
  const derived = {
    cert: selfSigned(key, nowMs),
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
  const verdicts = await meet({ server: derived, client: derived, trusts: derived.cert });
  assert.equal(verdicts.ofServer, undefined);
});

test('a request counts only from the owner of its key, and only for keys as nodes have them', async () => {
  const request = selfSigned(createPrivateKey(child.key), nowMs);
  assert.equal(keyFingerprint(requestedKey(request)!), keyFingerprint(child.publicKey));
  assert.equal(requestedKey(childLeaf), undefined);
  assert.equal(requestedKey('-----BEGIN CERTIFICATE-----'), undefined);
  assert.equal(requestedKey(selfSigned(deriveKey(Buffer.alloc(16), 'child'), nowMs)), undefined);
});

test('an authority is known by an id that is made of its key', async () => {
  assert.equal(readAuthority(authority.certificate), authority.id);
  assert.equal(readAuthority(childLeaf), undefined);
  assert.equal(readAuthority(selfSigned(createPrivateKey(child.key), nowMs)), undefined);
  assert.equal(readAuthority('nonsense'), undefined);
});

test('a child takes only certificates of its own key, for its own name, from the authority beside them', async () => {
  const key = createPrivateKey(child.key);
  const given = { key, serverName, authority: authority.certificate };
  assert.equal(isFor(childLeaf, given), true);
  assert.equal(isFor(childLeaf, { ...given, key: createPrivateKey(parent.key) }), false);
  assert.equal(isFor(childLeaf, { ...given, serverName: `x.${serverName}` }), false);
  assert.equal(isFor(childLeaf, { ...given, authority: (await signer()).certificate }), false);
  assert.equal(isFor('nonsense', given), false);
});
