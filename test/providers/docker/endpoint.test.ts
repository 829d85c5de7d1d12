import assert from 'node:assert/strict';
import { it } from 'node:test';
import { resolveEndpoint } from '../../../src/providers/docker/engine/endpoint.ts';
import { negotiateVersion } from '../../../src/providers/docker/engine/api-version.ts';
import { optionsOf } from './containers.ts';

const resolved = (written: object, environment = {}) => resolveEndpoint(optionsOf(written), environment);

const addresses: [string, object][] = [
  ['unix:///run/podman/podman.sock', { transport: 'unix', host: '/run/podman/podman.sock' }],
  ['tcp://10.0.0.1:2375', { transport: 'http', host: '10.0.0.1', port: 2375 }],
  ['tcp://[fd00::1]', { transport: 'http', host: 'fd00::1', port: 2375 }],
  [
    'https://engine.example/docker',
    { transport: 'https', host: 'engine.example', port: 2376, pathPrefix: '/docker' },
  ],
  ['ssh://me@far.example', { transport: 'ssh', host: 'far.example', user: 'me', port: undefined }],
  ['far.example:2375', { transport: 'http', host: 'far.example', port: 2375 }],
];

for (const [endpoint, expected] of addresses) {
  it(`reads ${endpoint}`, () => assert.partialDeepStrictEqual(resolved({ endpoint }), expected));
}

for (const endpoint of ['ftp://x', 'unixe:///x', 'tcp://', '/var/run/docker.sock']) {
  it(`refuses ${endpoint}`, () => assert.throws(() => resolved({ endpoint }), /none of unix/));
}

it('speaks TLS when a certificate is given, and keeps passwords out of messages', () => {
  const pem = '-----BEGIN CERTIFICATE-----';
  const { transport, tls, address } = resolved({
    endpoint: 'tcp://me:secret@engine:2376',
    tls: { ca: pem, insecureSkipVerify: true },
  });
  assert.deepEqual([transport, tls?.ca, tls?.rejectUnauthorized], ['https', pem, false]);
  assert.equal(address, 'tcp://me@engine:2376');
});

it('sends a login only when it is complete', () => {
  assert.equal(resolved({ username: 'till' }).authorization, undefined);
  assert.equal(resolved({ username: 'till', password: 'x' }).authorization, 'Basic dGlsbDp4');
});

it('lets the variables of Docker win', () => {
  const environment = { DOCKER_HOST: 'tcp://other:1', DOCKER_API_VERSION: '1.43' };
  assert.partialDeepStrictEqual(resolved({}, environment), { host: 'other', apiVersion: '1.43' });
});

const versions: [string, string | undefined, string | RegExp][] = [
  ['1.41', '1.12', '1.41'],
  ['1.47', '1.24', '1.47'],
  ['1.99', '1.44', '1.52'],
  ['1.40', undefined, '1.40'],
  ['1.39', '1.12', /1\.12 to 1\.39/],
  ['2.1', '2.0', /2\.0 to 2\.1/],
];

for (const [newest, oldest, expected] of versions) {
  it(`agrees with an engine of ${oldest} to ${newest} on ${expected}`, () => {
    const negotiate = () => negotiateVersion({ Version: '1', ApiVersion: newest, MinAPIVersion: oldest });
    if (typeof expected === 'string') assert.equal(negotiate(), expected);
    else assert.throws(negotiate, expected);
  });
}
