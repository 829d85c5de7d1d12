import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import {
  authorityCertificate,
  childCertificate,
  parentCertificate,
  type Signer,
} from '../../src/pairing/certificates.ts';
import { generateKey } from '../../src/pairing/keys.ts';
import type { PairedChild } from '../../src/pairing/paired-children.ts';
import { Pki } from '../tls/pki.ts';
import { Parent } from './parent.ts';
import { event, listing, type Script, ScriptedChild, streaming } from './scripted-child.ts';

const serverName = 'authority-child.paired.fairlead.internal';
const term = { nowMs: Date.now(), lifetimeMs: 3_600_000 };
const api = { name: 'api', weight: 80 };

const publicKeyOf = (key: string) => createPublicKey(createPrivateKey(key));

async function makeSigner(): Promise<Signer> {
  const key = await generateKey();
  return { key, certificate: authorityCertificate(key, term.nowMs) };
}

/** A child that admits those whom the authority has signed, and no others. */
async function pairedChild(script: Script, { certificate, key }: Signer): Promise<ScriptedChild> {
  const own = await generateKey();
  const cert = childCertificate({ certificate, key }, { publicKey: publicKeyOf(own), serverName, ...term });
  const tls = { key: own, cert, ca: [certificate], requestCert: true, rejectUnauthorized: true };
  return new ScriptedChild(script, tls).listen();
}

/** What pairing tells the provider, as the test wants it. */
class Pairs {
  readonly #authority: Signer;
  readonly #listeners = new Set<() => void>();
  readonly expected = new Set<string>();
  readonly doubted: string[] = [];
  readonly renewed: string[] = [];
  #children: PairedChild[] = [];

  constructor(authority: Signer) {
    this.#authority = authority;
  }

  /** Each time with a new certificate of our own. */
  async add(
    { address }: ScriptedChild,
    { name = 'east', allow = [] as string[], maxWeight = undefined as number | undefined } = {},
  ) {
    const key = await generateKey();
    const cert = parentCertificate(this.#authority, { publicKey: publicKeyOf(key), ...term });
    const authorities = [this.#authority.certificate];
    const rest = { node: 'n1', serverName, authorities, certificate: { cert, key }, allow, maxWeight };
    this.#children = [
      ...this.#children.filter((each) => each.name !== name),
      { name, address: new URL(address), ...rest },
    ];
    this.#tell();
  }

  remove(name: string): void {
    this.#children = this.#children.filter((each) => each.name !== name);
    this.#tell();
  }

  children = () => this.#children;
  expects = (name: string) => this.expected.has(name);
  doubt = (name: string) => void this.doubted.push(name);
  renewSoon = (name: string) => void this.renewed.push(name);

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const authority = await makeSigner();

test('a child is one from the moment it is paired until it is revoked', async () => {
  const pairs = new Pairs(authority);
  await using east = await pairedChild(listing([api]), authority);
  await using parent = await new Parent({}, { pairing: pairs }).start();
  assert.deepEqual(parent.services, []);
  await pairs.add(east);
  await parent.until(() => parent.services.length === 3);
  assert.deepEqual(parent.services, ['api', 'api-east', 'api@east']);
  assert.deepEqual(parent.problems, []);
  const { services, serversTransports } = parent.latest.configuration.http;
  assert.equal(services['api-east']?.loadBalancer?.servers[0]?.url, east.address);
  const transport = serversTransports['multicluster-east'];
  assert.equal(transport?.serverName, serverName);
  assert.deepEqual(transport?.rootCAs, [authority.certificate]);
  assert.equal(transport?.certificates.length, 1);
  assert.equal(transport?.maxIdleConnsPerHost, 200);
  pairs.remove('east');
  assert.deepEqual(parent.services, []);
});

test('what a paired child may advertise is what was said when it was paired', async () => {
  const pairs = new Pairs(authority);
  await using east = await pairedChild(listing([api, { name: 'shop', weight: 1_000_000 }]), authority);
  await pairs.add(east, { allow: ['sh*'], maxWeight: 10 });
  await using parent = await new Parent({}, { pairing: pairs }).start();
  assert.deepEqual(parent.services, ['shop', 'shop-east', 'shop@east']);
  assert.deepEqual(parent.latest.configuration.http.services.shop?.weighted?.services[0]?.weight, 10);
  assert.deepEqual(parent.problems.map(([code]) => code).sort(), [
    'uplink-not-allowed',
    'uplink-weight-capped',
  ]);
});

test('a renewal leaves the stream that is open as it is; traffic has the new certificate', async () => {
  const pairs = new Pairs(authority);
  await using east = await pairedChild(
    streaming((response) => {
      response.write(event(['api']));
      const life = setInterval(() => response.write(':\n\n'), 200);
      response.on('close', () => clearInterval(life));
    }),
    authority,
  );
  await pairs.add(east);
  await using parent = await new Parent({}, { pairing: pairs }).start();
  await parent.until(() => parent.services.length === 3);
  const transport = () => parent.latest.configuration.http.serversTransports['multicluster-east'];
  const before = transport()!.certificates[0]!.certFile;
  await pairs.add(east);
  assert.notEqual(transport()!.certificates[0]!.certFile, before);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(east.requests.length, 1);
});

test('a child that the secret is to pair waits for that, with the limits of the configuration', async () => {
  const pairs = new Pairs(authority);
  pairs.expected.add('east');
  await using east = await pairedChild(listing([api]), authority);
  const children = { east: { address: east.address, maxWeight: 5 } };
  await using parent = await new Parent({ children }, { pairing: pairs }).start();
  assert.deepEqual([parent.services, parent.problems, east.requests.length], [[], [], 0]);
  await pairs.add(east);
  await parent.until(() => parent.services.length === 3);
  assert.equal(parent.latest.configuration.http.services.api?.weighted?.services[0]?.weight, 5);
  pairs.remove('east');
  assert.deepEqual(parent.services, []);
});

test('a paired child that refuses us is doubted, and nobody is told to change files', async () => {
  const pairs = new Pairs(authority);
  await using east = await pairedChild(listing([api]), await makeSigner());
  await pairs.add(east);
  await using parent = await new Parent({}, { pairing: pairs }).start();
  assert.deepEqual(parent.problems, [['child-certificate-refused', 'east']]);
  assert.match(parent.latest.problems[0]!.remedy!, /gets new certificates/);
  assert.ok(pairs.doubted.includes('east'));
});

test('a child that wants a certificate gets what it asks for, by its name here', async () => {
  const pairs = new Pairs(authority);
  await using east = await pairedChild(listing([api], { 'fairlead-renew': 'wanted' }), authority);
  await pairs.add(east);
  await using parent = await new Parent({}, { pairing: pairs }).start();
  await parent.until(() => parent.services.length === 3);
  assert.ok(pairs.renewed.includes('east'));
});

test('two paired children that are one node are told, and neither erases the other', async () => {
  const pairs = new Pairs(authority);
  const headers = { 'fairlead-node': 'n1', 'fairlead-boot': 'b1' };
  await using east = await pairedChild(listing([api], headers), authority);
  await using west = await pairedChild(listing([api], headers), authority);
  await pairs.add(east);
  await pairs.add(west, { name: 'west' });
  await using parent = await new Parent({}, { pairing: pairs }).start();
  await parent.until(() => parent.services.length === 5);
  assert.deepEqual(parent.problems, [['child-identity-shared', 'west']]);
});

test('a certificate of our own that comes to its end is told, with the child it is for', async () => {
  using pki = new Pki();
  const years = { from: '20200101000000Z', to: '20210101000000Z' };
  const over = pki.issue('parent', { usage: 'clientAuth', ...years });
  const good = pki.issue('parent-good', { usage: 'clientAuth' });
  const child = ({ certFile, keyFile }: typeof over) => ({
    address: 'https://127.0.0.1:1',
    serversTransport: { certificates: [{ certFile, keyFile }] },
  });
  const children = { east: child(over), west: child(good) };
  const day = 86_400_000;
  const told = async (nowMs: number) => {
    await using parent = await new Parent({ children }, { now: () => nowMs }).start();
    return parent.problems.filter(([code]) => code.startsWith('certificate-')).sort();
  };
  assert.deepEqual(await told(Date.now()), [['certificate-expired', 'east']]);
  assert.deepEqual(await told(Date.now() + 23 * day), [
    ['certificate-expired', 'east'],
    ['certificate-expires-soon', 'west'],
  ]);
});
