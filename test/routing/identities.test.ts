import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { TlsRecord } from '../../src/model/wire.ts';
import { identityRecords } from '../../src/routing/control/identities.ts';
import { noParent, parentIdentity } from '../entry-points/peer-client.ts';
import { Pki } from '../tls/pki.ts';
import { createRouting, entryPoint } from './control-bench.ts';

const pki = new Pki();
after(() => pki[Symbol.dispose]());
const shown = pki.issue('child', {
  san: 'DNS:a1-0123456789abcdef.paired.fairlead.internal',
  usage: 'serverAuth',
});
const identities = [parentIdentity(shown, { pem: pki.ca.cert }), noParent(shown)];
const entryPoints = [entryPoint('web'), entryPoint('east', {}, 'uplink'), entryPoint('west', {}, 'uplink')];

test('names of pairing are known on uplink entry points, and nowhere else', async () => {
  const routing = await createRouting({ entryPoints }, undefined, { identities: () => identities });
  const { put } = routing.update([]);
  const tls = put.find(({ kind }) => kind === 'tls')!.value as TlsRecord;
  const names = {
    'a1-0123456789abcdef.paired.fairlead.internal': 'pairing a1-0123456789abcdef.paired.fairlead.internal',
    '*.paired.fairlead.internal': 'pairing *.paired.fairlead.internal',
  };
  assert.deepEqual(tls.hosts, { east: names, west: names });
  assert.deepEqual(tls.certificates, ['generated'], 'nobody else is shown the certificate by its names');
  const records = put.filter(({ kind }) => kind === 'certificate').map(({ name }) => name);
  assert.deepEqual(records, ['generated', tls.options['pairing *.paired.fairlead.internal']?.certificate]);
});

test('what is paired is part of what changes', async () => {
  let known = identities;
  const routing = await createRouting({ entryPoints }, undefined, { identities: () => known });
  const { generation } = routing.update([]);
  assert.deepEqual(routing.update([]).put, []);
  known = identities.slice(1);
  const change = routing.update([]);
  assert.deepEqual([change.generation, change.put.map(({ kind }) => kind)], [generation + 1, ['tls']]);
});

test('a damaged one is a problem, and takes no other down', () => {
  const [whole] = identities;
  const damaged = {
    ...whole!,
    authorities: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  };
  const { hosts, problems } = identityRecords([damaged, identities[1]!], entryPoints);
  assert.deepEqual(Object.keys(hosts.east!), ['*.paired.fairlead.internal']);
  assert.deepEqual(
    problems.map(({ code, severity }) => [code, severity]),
    [['certificate-unusable', 'error']],
  );
});
