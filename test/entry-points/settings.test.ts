import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeTree } from '../../src/config/decode.ts';
import { documentOf } from '../../src/config/document.ts';
import {
  type EntryPointOptions,
  entryPointOptions,
  uplinkEntryPointOptions,
} from '../../src/entry-points/options.ts';
import { entryPointSettings } from '../../src/entry-points/settings.ts';
import { udpEntryPointSettings } from '../../src/entry-points/udp-settings.ts';

function decoded<T>(
  schema: Parameters<typeof decodeTree>[0],
  all: Record<string, object>,
): Record<string, T> {
  const values = Object.entries(all).map(([name, written]) => {
    const { value, problems } = decodeTree(schema, documentOf(written, {}));
    assert.notEqual(value, undefined, JSON.stringify(problems));
    return [name, value as T] as const;
  });
  return Object.fromEntries(values);
}

function read(entryPoints: Record<string, object>, uplinkEntryPoints: Record<string, object> = {}) {
  return entryPointSettings({
    entryPoints: decoded(entryPointOptions, entryPoints),
    uplinkEntryPoints: decoded(uplinkEntryPointOptions, uplinkEntryPoints),
  });
}

test('an address is all it takes', () => {
  const { settings, problems } = read({ web: { address: ':80' } });
  assert.deepEqual(problems, []);
  assert.deepEqual(settings, [
    {
      name: 'web',
      kind: 'normal',
      host: undefined,
      port: 80,
      requireVerified: false,
      proxyProtocol: undefined,
      http: {
        maxHeaderBytes: 1_048_576,
        underscores: 'keep',
        sanitizePath: true,
        encodeQuerySemicolons: false,
      },
      forwarded: { insecure: false, trustedIPs: [], connection: [], append: true, schemeHeaders: false },
      readTimeoutMs: 60_000,
      writeTimeoutMs: 0,
      idleTimeoutMs: 180_000,
      keepAliveMaxRequests: 0,
      keepAliveMaxTimeMs: 0,
      http2: { concurrentStreamsMax: 250, decoderTableBytes: 4096, encoderTableBytes: 4096 },
      acceptGraceMs: 0,
      graceMs: 10_000,
    },
  ]);
});

test('parents must show their certificates, except where the port is out of reach or said to be open', () => {
  const { settings } = read(
    {},
    {
      open: { address: ':9443' },
      local: { address: '127.0.0.1:9443' },
      meant: { address: ':9444', insecure: true },
    },
  );
  assert.deepEqual(
    settings.map(({ name, kind, requireVerified }) => [name, kind, requireVerified]),
    [
      ['open', 'uplink', true],
      ['local', 'uplink', false],
      ['meant', 'uplink', false],
    ],
  );
});

test('several mistakes are told together', () => {
  const { settings, problems } = read(
    {
      portless: { address: 'localhost' },
      nobody: { address: ':1', proxyProtocol: {} },
      trusting: { address: ':2', forwardedHeaders: { trustedIPs: ['10.0.0.0/8', '10.0.0/8'] } },
      twice: { address: ':3' },
    },
    { twice: { address: ':4' } },
  );
  assert.deepEqual(
    settings.map(({ name }) => name),
    ['nobody', 'trusting', 'twice', 'twice'],
  );
  assert.deepEqual(
    problems.map(({ severity, text }) => [severity, text]),
    [
      [
        'error',
        'The address "localhost" cannot be listened on: it has no port, which is written like ":80".',
      ],
      ['error', 'proxyProtocol trusts nobody.'],
      ['error', 'trustedIPs: 10.0.0/8 is neither an address nor a range.'],
      ['error', 'twice is the name of an entry point and of an uplink entry point.'],
    ],
  );
});

test('UDP entry points have settings of their own', () => {
  const written = { dns: { address: '[::1]:53/udp', udp: { timeout: '10s' } }, odd: { address: ':1/udp' } };
  assert.deepEqual(read(written), { settings: [], problems: [] });
  const { settings } = udpEntryPointSettings(decoded(entryPointOptions, written));
  assert.deepEqual(settings, [
    { name: 'dns', host: '::1', port: 53, idleMs: 10_000, graceMs: 10_000 },
    { name: 'odd', host: undefined, port: 1, idleMs: 3000, graceMs: 10_000 },
  ]);
  const hasty = decoded<EntryPointOptions>(entryPointOptions, {
    dns: { address: ':53/udp', udp: { timeout: '0s' } },
  });
  assert.equal(udpEntryPointSettings(hasty).problems[0]?.severity, 'error');
  const [uplink] = read({}, { up: { address: ':53/udp' } }).problems;
  assert.equal(uplink?.text, 'Uplinks are not served over UDP.');
});
