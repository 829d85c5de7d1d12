import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build, type RequestInit, Run } from './trial-run.ts';

const addresses: readonly [options: object, request: RequestInit, status: number][] = [
  [{ sourceRange: ['127.0.0.0/8'] }, {}, 200],
  [{ sourceRange: ['10.0.0.1'] }, {}, 403],
  [{ sourceRange: ['10.0.0.1'], rejectStatusCode: 404 }, {}, 404],
  [{ sourceRange: ['::1'] }, { client: { address: '::1' } }, 200],
  [
    { sourceRange: ['10.0.0.1'], ipStrategy: { depth: 2 } },
    { headers: { 'X-Forwarded-For': '10.0.0.1, 10.0.0.2' } },
    200,
  ],
  [{ sourceRange: ['0.0.0.0/0'], ipStrategy: { depth: 1 } }, {}, 403],
];

for (const [options, request, status] of addresses) {
  test(`ipAllowList ${JSON.stringify([options, request])}: ${status}`, async () => {
    const run = new Run(request).through(await build('ipAllowList', options));
    assert.equal(run.status, status);
    assert.equal(run.received.length, status === 200 ? 1 : 0);
  });
}

test('an allow list that cannot work is refused when it is built', async () => {
  await assert.rejects(build('ipAllowList', { rejectStatusCode: 403 }), /refuse everybody/);
  await assert.rejects(build('ipAllowList', { sourceRange: ['10.0.0.300'] }), /"10.0.0.300" is neither/);
  const status = { sourceRange: ['::1'], rejectStatusCode: 999 };
  await assert.rejects(build('ipAllowList', status), /invalid HTTP status code 999/);
});

test('escapes that are not allowed in as many words are refused', async () => {
  const middleware = await build('encodedCharacters', { allowEncodedSlash: true });
  const statuses = ['/a%2Fb', '/a%2fb', '/a%00b', '/a%5Cb', '/a%20b'].map(
    (target) => new Run({ target }).through(middleware).status,
  );
  assert.deepEqual(statuses, [200, 200, 400, 400, 200]);
});

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;
/** "melon", as `htpasswd -s` writes it. */
const users = ['dana:{SHA}1cKdcGB+MsYoBlGMzp8q3XdHS/A='];

async function authenticate(options: object, authorization?: string): Promise<Run> {
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
  return new Run({ headers }).through(await build('basicAuth', { users, ...options })).answered();
}

test('only who knows the password gets in', async () => {
  const cases = [
    [basic('dana:melon'), 200],
    ['basic  ZGFuYTptZWxvbg==', 200],
    [basic('dana:lemon'), 401],
    [basic('dino:melon'), 401],
    [basic('dana'), 401],
    ['Bearer x', 401],
    [undefined, 401],
  ] as const;
  for (const [authorization, status] of cases) {
    const run = await authenticate({}, authorization);
    assert.equal(run.status, status, authorization);
    if (status === 401) assert.equal(run.headers['WWW-Authenticate'], 'Basic realm="traefik"');
  }
});

test('the server is told who it is, and need not see the password', async () => {
  const run = await authenticate({ headerField: 'x-user', removeHeader: true }, basic('dana:melon'));
  assert.deepEqual(run.received[0]?.headers, { 'x-user': 'dana' });
  assert.equal(run.exchange.trail.user, 'dana');
});

test('credentials that were right once are not hashed again', async () => {
  const middleware = await build('basicAuth', { users });
  const request = { headers: { Authorization: basic('dana:melon') } };
  await new Run(request).through(middleware).answered();
  assert.equal(new Run(request).through(middleware).status, 200);
});

test('a fault further inside is a failed request, nothing worse', async () => {
  const run = new Run({ headers: { Authorization: basic('dana:melon') } });
  run.through(await build('basicAuth', { users }), {
    handle() {
      throw new Error('broken');
    },
  });
  assert.equal((await run.answered()).status, 500);
});

test('a client that has gone is not served', async () => {
  const run = new Run({ headers: { Authorization: basic('dana:melon') } });
  run.through(await build('basicAuth', { users }));
  run.exchange.abort();
  await new Promise(setImmediate);
  assert.equal(run.received.length, 0);
});

test('users that cannot be read are named, their secrets are not', async () => {
  await assert.rejects(build('basicAuth', { realm: 'x' }), /no users/);
  await assert.rejects(
    build('basicAuth', { users: ['dana:a:b'] }),
    (error: Error) => /"dana"/.test(error.message) && !error.message.includes('a:b'),
  );
});
