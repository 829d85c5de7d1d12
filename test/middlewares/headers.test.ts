import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, answering, build, type RequestInit, Run } from './trial-run.ts';

async function run(options: object, request: RequestInit = {}, answer: Answer = {}): Promise<Run> {
  return new Run(request).through(await build('headers', options), answering(answer));
}

test('request headers are set, or removed by an empty value', async () => {
  const { received } = await run(
    { customRequestHeaders: { 'X-New': 'n', 'X-Old': '', 'x-kept': 'changed' } },
    { headers: { 'X-Old': 'o', 'X-Kept': ['one', 'two'] } },
  );
  assert.deepEqual(received[0]?.headers, { 'x-kept': 'changed', 'X-New': 'n' });
});

test('the host can be changed, in whatever spelling', async () => {
  const { received } = await run({ customRequestHeaders: { HOST: 'other.test' } });
  assert.equal(received[0]?.host, 'other.test');
});

test('an empty X-Forwarded-For keeps the address of the client from the server', async () => {
  const { exchange } = await run({ customRequestHeaders: { 'X-Forwarded-For': '' } });
  assert.equal(exchange.request.appendForwardedFor, false);
});

test('response headers also stand on failures made further inside', async () => {
  const { headers } = await run(
    { customResponseHeaders: { Server: '', 'X-New': 'n' } },
    {},
    { status: 502, headers: { Server: 's', 'X-Other': 'o' } },
  );
  assert.deepEqual(headers, { 'X-Other': 'o', 'X-New': 'n' });
});

const preflight: RequestInit = {
  method: 'OPTIONS',
  headers: {
    Origin: 'https://a.test',
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'x-a,x-b',
  },
};

const preflights: readonly [title: string, options: object, headers: Record<string, string>][] = [
  [
    'lists are given as they are',
    {
      accessControlAllowMethods: ['GET', 'PUT'],
      accessControlAllowHeaders: ['X-A'],
      accessControlAllowOriginList: ['https://a.test'],
      accessControlMaxAge: 0,
    },
    {
      'Access-Control-Allow-Headers': 'X-A',
      'Access-Control-Allow-Methods': 'GET,PUT',
      'Access-Control-Allow-Origin': 'https://a.test',
      'Access-Control-Max-Age': '0',
    },
  ],
  ['a stranger is told nothing', { accessControlAllowOriginList: ['https://b.test'] }, {}],
  [
    'an origin by expression',
    { accessControlAllowOriginListRegex: ['^https://[a-z]\\.test$'] },
    { 'Access-Control-Allow-Origin': 'https://a.test' },
  ],
  ['everybody', { accessControlAllowOriginList: ['*'] }, { 'Access-Control-Allow-Origin': '*' }],
  [
    'with credentials a star is no wildcard',
    {
      accessControlAllowCredentials: true,
      accessControlAllowOriginList: ['*'],
      accessControlAllowMethods: ['*'],
      accessControlAllowHeaders: ['*'],
    },
    {
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Allow-Headers': 'x-a,x-b',
      'Access-Control-Allow-Methods': 'PUT',
      'Access-Control-Allow-Origin': 'https://a.test',
    },
  ],
];

for (const [title, options, headers] of preflights) {
  test(`a preflight is answered here: ${title}`, async () => {
    const answered = await run(options, preflight);
    assert.equal(answered.status, 200);
    assert.deepEqual(answered.headers, headers);
    assert.equal(answered.received.length, 0);
  });
}

test('OPTIONS that is no preflight passes', async () => {
  const { received } = await run({ addVaryHeader: true }, { method: 'OPTIONS', headers: { Origin: 'x' } });
  assert.equal(received.length, 1);
});

test('responses to other origins get what the rules say', async () => {
  const { headers } = await run(
    {
      accessControlAllowOriginList: ['https://a.test'],
      accessControlExposeHeaders: ['X-E'],
      addVaryHeader: true,
    },
    { headers: { Origin: 'https://a.test' } },
    { headers: { 'Access-Control-Allow-Origin': '*', Vary: 'Accept' } },
  );
  assert.deepEqual(headers, {
    'Access-Control-Allow-Origin': 'https://a.test',
    Vary: 'Accept,Origin',
    'Access-Control-Expose-Headers': 'X-E',
  });
});

const security: readonly [option: object, name: string, value: string | undefined][] = [
  [{ frameDeny: true }, 'X-Frame-Options', 'DENY'],
  [{ frameDeny: true, customFrameOptionsValue: 'SAMEORIGIN' }, 'X-Frame-Options', 'SAMEORIGIN'],
  [{ contentTypeNosniff: true }, 'X-Content-Type-Options', 'nosniff'],
  [{ browserXssFilter: true }, 'X-XSS-Protection', '1; mode=block'],
  [{ customBrowserXSSValue: '0' }, 'X-XSS-Protection', '0'],
  [{ contentSecurityPolicy: "default-src 'self'" }, 'Content-Security-Policy', "default-src 'self'"],
  [{ referrerPolicy: 'no-referrer' }, 'Referrer-Policy', 'no-referrer'],
  [{ permissionsPolicy: 'camera=()' }, 'Permissions-Policy', 'camera=()'],
  [{ publicKey: 'pin' }, 'Public-Key-Pins', 'pin'],
  [{ stsSeconds: 60 }, 'Strict-Transport-Security', undefined],
  [{ stsSeconds: 60, forceSTSHeader: true }, 'Strict-Transport-Security', 'max-age=60'],
  [
    { stsSeconds: 60, forceSTSHeader: true, stsPreload: true, stsIncludeSubdomains: true },
    'Strict-Transport-Security',
    'max-age=60; includeSubDomains; preload',
  ],
  [{ stsSeconds: 60, forceSTSHeader: true, isDevelopment: true }, 'Strict-Transport-Security', undefined],
];

for (const [options, name, value] of security) {
  test(`security ${JSON.stringify(options)}: ${name} is ${value}`, async () => {
    const { headers } = await run(options, {}, { headers: { 'X-Frame-Options': 'ALLOW' } });
    assert.equal(headers[name], value);
  });
}

test('strict transport is told to those behind another proxy with TLS', async () => {
  const options = { stsSeconds: 60, sslProxyHeaders: { 'X-Forwarded-Proto': 'https' } };
  const { headers } = await run(options, { headers: { 'X-Forwarded-Proto': 'https' } });
  assert.equal(headers['Strict-Transport-Security'], 'max-age=60');
});

test('hosts that are not allowed are refused, under the name another proxy gave', async () => {
  const options = { allowedHosts: ['app.test'], hostsProxyHeaders: ['X-Forwarded-Host'] };
  const cases = [
    [{ host: 'APP.test' }, 200],
    [{ host: 'x.test' }, 500],
    [{ host: 'x.test', headers: { 'X-Forwarded-Host': 'app.test' } }, 200],
    [{ headers: { 'X-Forwarded-Host': 'x.test' } }, 500],
  ] as const;
  for (const [request, status] of cases) assert.equal((await run(options, request)).status, status);
});

test('what cannot stand in a message is refused when it is built', async () => {
  await assert.rejects(build('headers', {}), /no option is set/);
  await assert.rejects(build('headers', { customRequestHeaders: { 'X Y': 'z' } }), /"X Y" is not the name/);
  const broken = { customResponseHeaders: { 'X-A': 'b\r\nSet-Cookie: c' } };
  await assert.rejects(build('headers', broken), /X-A contains a control character/);
  await assert.rejects(build('headers', { referrerPolicy: 'a\nb' }), /contains a control character/);
});
