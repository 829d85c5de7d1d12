import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, type RequestInit, Run } from './trial-run.ts';

const tls = {
  serverName: undefined,
  options: 'default',
  version: 'TLSv1.3',
  cipher: '',
  certificates: [],
  verified: false,
  authorities: [],
  peer: undefined,
};

type Case = readonly [options: object, request: RequestInit, status: number, location: string | undefined];

const byScheme: readonly Case[] = [
  [{ scheme: 'https' }, { target: '/a?b' }, 302, 'https://app.test/a?b'],
  [{ scheme: 'https', permanent: true }, {}, 301, 'https://app.test/'],
  [{ scheme: 'https' }, { method: 'POST' }, 307, 'https://app.test/'],
  [{ scheme: 'https', permanent: true }, { method: 'HEAD' }, 308, 'https://app.test/'],
  [{ scheme: 'https', port: '443' }, { host: 'app.test:80' }, 302, 'https://app.test/'],
  [{ scheme: 'https', port: '8443' }, {}, 302, 'https://app.test:8443/'],
  [{ scheme: 'https' }, { client: { tls } }, 200, undefined],
  [{ scheme: 'https' }, { headers: { 'X-Forwarded-Proto': 'https' } }, 200, undefined],
  [{ scheme: 'https' }, { headers: { 'X-Forwarded-Proto': 'wss' } }, 200, undefined],
  [{ scheme: 'http' }, { client: { tls }, host: '[::1]:8443' }, 302, 'http://[::1]/'],
];

const byExpression: readonly Case[] = [
  [{ regex: '^http://(.*)', replacement: 'https://$1' }, { target: '/a?b' }, 302, 'https://app.test/a?b'],
  [{ regex: 'app', replacement: 'new', permanent: true }, {}, 301, 'http://new.test/'],
  [{ regex: 'app', replacement: 'app' }, {}, 200, undefined],
  [{ regex: '^http:', replacement: 'x:' }, { client: { tls } }, 200, undefined],
];

for (const [type, cases] of [
  ['redirectScheme', byScheme],
  ['redirectRegex', byExpression],
] as const) {
  for (const [options, request, status, location] of cases) {
    const told = JSON.stringify([options, { ...request, client: request.client ? 'TLS' : 'plain' }]);
    test(`${type} ${told}: ${status} ${location ?? 'passes'}`, async () => {
      const run = new Run(request).through(await build(type, options));
      assert.equal(run.status, status);
      assert.equal(run.headers.Location, location);
      assert.equal(run.received.length, status === 200 ? 1 : 0);
    });
  }
}

test('a scheme is needed', async () => {
  await assert.rejects(build('redirectScheme', { port: '1' }), /you must provide a target scheme/);
});
