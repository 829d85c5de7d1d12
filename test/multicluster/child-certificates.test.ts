import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { askChild, type Question } from '../../src/providers/multicluster/ask-child.ts';
import { parseChildAddress } from '../../src/providers/multicluster/child-address.ts';
import type { ChildTransport } from '../../src/providers/multicluster/options.ts';
import { type Issued, Pki, type Wish } from '../tls/pki.ts';
import { transportOptions } from './options-for-tests.ts';
import { listing, ScriptedChild } from './scripted-child.ts';

const authority = new Pki();
const stranger = new Pki();
const client = authority.issue('parent', { usage: 'clientAuth' });
const child = new ScriptedChild(listing([]), {});

before(() => child.listen());
after(async () => {
  authority[Symbol.dispose]();
  stranger[Symbol.dispose]();
  await child[Symbol.asyncDispose]();
});

async function firstOutcome(question: Question) {
  for await (const outcome of askChild(question)) return outcome;
  return undefined;
}

interface Meeting {
  readonly server: Issued;
  readonly host?: string;
  readonly transport?: Partial<ChildTransport>;
  readonly rootCAs?: readonly string[];
}

async function meet({ server, host = '127.0.0.1', transport, rootCAs = [authority.ca.cert] }: Meeting) {
  child.setCredentials(server);
  const reply = await firstOutcome({
    address: parseChildAddress(`https://${host}:${child.port}`)!,
    transport: transportOptions(transport),
    credentials: { rootCAs, certificates: [] },
    timeoutMs: 60_000,
    etag: undefined,
    watch: false,
    signal: new AbortController().signal,
  });
  return reply?.kind === 'failed' ? reply.failure : undefined;
}

const issue = (wish: Wish) => authority.issue('child', { usage: 'serverAuth', ...wish });
const good = issue({ san: 'IP:127.0.0.1,DNS:localhost,URI:spiffe://site/child' });
const year = new Date().getUTCFullYear();

test('a certificate that fits is accepted, by address, by name and by another name', async () => {
  assert.equal(await meet({ server: good }), undefined);
  assert.equal(await meet({ server: good, host: 'localhost' }), undefined);
  const named = issue({ san: 'DNS:child.example.com' });
  assert.equal(await meet({ server: named, transport: { serverName: 'child.example.com' } }), undefined);
});

const refusals: [what: string, meeting: Meeting, text: RegExp, remedy: RegExp][] = [
  [
    'a certificate without an address, used by address',
    { server: issue({ san: 'DNS:child1' }) },
    /not valid for the address 127\.0\.0\.1: it has no IP address/,
    /Add IP:127\.0\.0\.1 .*serverName/,
  ],
  [
    'another address',
    { server: issue({ san: 'IP:10.0.0.1' }) },
    /only for IP Address:10\.0\.0\.1/,
    /Add IP:127\.0\.0\.1/,
  ],
  [
    'another name',
    { server: issue({ san: 'DNS:child1' }), host: 'localhost' },
    /not valid for the name localhost, only for DNS:child1/,
    /Add DNS:localhost/,
  ],
  [
    'a wrong serverName',
    { server: good, transport: { serverName: 'child9' } },
    /not valid for the name child9/,
    /Add DNS:child9/,
  ],
  [
    'another authority',
    { server: good, rootCAs: [stranger.ca.cert] },
    /not trusted here \(issuer test authority\)/,
    /rootCAs/,
  ],
  [
    'no authority of our own',
    { server: good, rootCAs: [] },
    /not trusted here/,
    /Name the authority.*rootCAs/,
  ],
  [
    'a certificate past its time',
    { server: issue({ san: 'IP:127.0.0.1', from: '20200101000000Z', to: '20210101000000Z' }) },
    /expired on Jan +1 .* 2021 GMT/,
    /Renew/,
  ],
  [
    'a certificate before its time',
    { server: issue({ san: 'IP:127.0.0.1', from: `${year + 2}0101000000Z`, to: `${year + 3}0101000000Z` }) },
    /valid from \w+ .* only/,
    /clocks/,
  ],
  [
    'another URI',
    { server: good, transport: { peerCertURI: 'spiffe://site/other' } },
    /does not have the URI spiffe:\/\/site\/other/,
    /certificate/,
  ],
];

test('a refused certificate is explained with what to change', async () => {
  for (const [what, meeting, text, remedy] of refusals) {
    const failure = await meet(meeting);
    assert.equal(failure?.code, 'child-certificate-refused', what);
    assert.match(failure.text, text, what);
    assert.match(failure.remedy, remedy, what);
  }
});

test('not one byte is sent to a child whose certificate is refused', async () => {
  child.requests.length = 0;
  await meet({ server: good, rootCAs: [stranger.ca.cert] });
  assert.equal(child.requests.length, 0);
});

test('verification can be switched off, or left to a URI', async () => {
  const transport = { insecureSkipVerify: true };
  assert.equal(await meet({ server: good, rootCAs: [stranger.ca.cert], transport }), undefined);
  const uri = { peerCertURI: 'spiffe://site/child', serverName: 'whatever' };
  assert.equal(await meet({ server: good, transport: uri }), undefined);
});

test('a child that refuses our certificate, or wants one, is told apart from one that is away', async () => {
  const server = { ...good, ca: authority.ca.cert, requestCert: true, rejectUnauthorized: true };
  await using strict = await new ScriptedChild(listing([]), server).listen();
  const asked = async (certificates: { certFile: string; keyFile: string }[]) => {
    const reply = await firstOutcome({
      address: parseChildAddress(strict.address)!,
      transport: transportOptions(),
      credentials: { rootCAs: [authority.ca.cert], certificates },
      timeoutMs: 60_000,
      etag: undefined,
      watch: false,
      signal: new AbortController().signal,
    });
    return reply?.kind === 'failed' ? reply.failure : undefined;
  };
  const none = await asked([]);
  assert.equal(none?.code, 'child-refused-us');
  assert.match(none.remedy, /name one in serversTransport\.certificates/);
  const foreign = stranger.issue('parent');
  const wrong = await asked([{ certFile: foreign.cert, keyFile: foreign.key }]);
  assert.equal(wrong?.code, 'child-refused-us');
  assert.match(wrong.remedy, /clientAuth\.caFiles/);
  assert.equal(await asked([{ certFile: client.cert, keyFile: client.key }]), undefined);
});
