import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { NONCE_WORDS } from '../../src/middlewares/digest-auth/nonces.ts';
import type { Middleware } from '../../src/model/exchange.ts';
import { build, memory, Run } from './trial-run.ts';

const md5 = (...parts: string[]) => hash('md5', parts.join(':'));
const users = [`dana:orchard:${md5('dana', 'orchard', 'melon')}`];
const options = { users, realm: 'orchard' };

interface Try {
  readonly user?: string;
  readonly password?: string;
  readonly realm?: string;
  readonly nonce?: string;
  readonly count?: string;
  readonly uri?: string;
  readonly method?: string;
  readonly extra?: string;
}

function challengeOf(middleware: Middleware): Record<string, string> {
  const header = new Run().through(middleware).headers['WWW-Authenticate'] ?? '';
  return Object.fromEntries(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]),
  );
}

/** Answers a challenge as a browser would, but for what is given otherwise. */
function authorize(challenge: Record<string, string>, given: Try = {}): string {
  const { user = 'dana', password = 'melon', realm = 'orchard', nonce = challenge.nonce! } = given;
  const { count = '00000001', uri = '/x?y=1', method = 'GET' } = given;
  const response = md5(md5(user, realm, password), nonce, count, 'c', 'auth', md5(method, uri));
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", algorithm=MD5, ` +
    `response="${response}", opaque="${challenge.opaque}", qop=auth, nc=${count}, cnonce="c"${given.extra ?? ''}`
  );
}

function ask(middleware: Middleware, authorization: string): Run {
  return new Run({ target: '/x?y=1', headers: { Authorization: authorization } }).through(middleware);
}

test('the right answer to a challenge gets in, once for each count', async () => {
  const middleware = await build('digestAuth', { ...options, headerField: 'X-User', removeHeader: true });
  const challenge = challengeOf(middleware);
  const run = ask(middleware, authorize(challenge));
  assert.equal(run.status, 200);
  assert.deepEqual(run.received[0]?.headers, { 'X-User': 'dana' });
  assert.equal(run.exchange.trail.user, 'dana');
  assert.equal(ask(middleware, authorize(challenge, { count: '00000002' })).status, 200);
  const again = ask(middleware, authorize(challenge));
  assert.equal(again.status, 401);
  assert.match(again.headers['WWW-Authenticate'] ?? '', /, stale=true$/);
});

const wrong: Readonly<Record<string, Try>> = {
  'a wrong password': { password: 'lemon' },
  'an unknown user': { user: 'dino' },
  'another realm': { realm: 'meadow' },
  'another path than the request’s': { uri: '/other' },
  'another method than the request’s': { method: 'POST' },
  'a nonce of somebody else': { nonce: 'abc' },
  'a count that is none': { count: '0000000x' },
  'another way of hashing': { extra: ', algorithm=SHA-256' },
};

for (const [title, given] of Object.entries(wrong)) {
  test(`${title} is refused`, async () => {
    const middleware = await build('digestAuth', options);
    assert.equal(ask(middleware, authorize(challengeOf(middleware), given)).status, 401);
  });
}

test('what is no digest is refused', async () => {
  const middleware = await build('digestAuth', options);
  for (const header of ['Basic ZGFuYTptZWxvbg==', 'Digest', 'Digest username="dana"', 'Digest "']) {
    assert.equal(ask(middleware, header).status, 401, header);
  }
});

test('a challenge of one worker can be answered at another, within an hour', async () => {
  const cell = memory(NONCE_WORDS);
  let now = 0;
  const worker = () => build('digestAuth', options, { cell: () => cell, now: () => now });
  const [one, other] = [await worker(), await worker()];
  const challenge = challengeOf(one);
  assert.equal(ask(other, authorize(challenge)).status, 200);
  assert.equal(ask(one, authorize(challenge)).status, 401);
  now = 3_600_000;
  const old = ask(one, authorize(challenge, { count: '00000002' }));
  assert.match(old.headers['WWW-Authenticate'] ?? '', /stale=true/);
});

test('a list of users that cannot be read is refused when it is built', async () => {
  await assert.rejects(
    build('digestAuth', { users: ['dana:x'] }),
    /"dana"\) is not of the form name:realm:hash/,
  );
});
