import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OutsideServer } from '../../src/middlewares/middleware.ts';
import type { Exchange, Handler } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';
import {
  type Answer,
  answering,
  build,
  type RequestInit,
  Run,
  responseOf,
  ScriptedBody,
} from './trial-run.ts';

/** An authority that keeps what it was asked. */
class Authority implements Handler {
  readonly asked: Exchange[] = [];
  readonly #answer: (question: Exchange) => void;

  constructor(answer: Answer | ProxyError = {}) {
    this.#answer = (question) => {
      if (answer instanceof ProxyError) question.fail(answer);
      else question.respond(responseOf(answer));
    };
  }

  handle(question: Exchange): void {
    this.asked.push(question);
    this.#answer(question);
  }

  header(name: string): string | undefined {
    return this.asked[0]?.request.headers.getAll(name).join(' | ');
  }
}

const address = 'http://auth.test:9000/check?x=1';

async function ask(
  options: object,
  request: RequestInit,
  authority: Handler,
  server: Answer = { body: 'inside' },
): Promise<Run> {
  const middleware = await build('forwardAuth', { address, ...options }, { outside: () => authority });
  return new Run(request).through(middleware, answering(server));
}

test('a request goes on when the authority has no objection', async () => {
  const authority = new Authority({ status: 204 });
  const run = await ask(
    {},
    { method: 'POST', target: '/a?b', body: 'x', headers: { Cookie: 'c=1' } },
    authority,
  );
  assert.equal(await run.text(), 'inside');
  const { request } = authority.asked[0]!;
  assert.equal(
    `${request.method} ${request.path}${request.query} ${request.host}`,
    'GET /check?x=1 auth.test:9000',
  );
  assert.deepEqual(Object.fromEntries(request.headers), {
    Cookie: 'c=1',
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Method': 'POST',
    'X-Forwarded-Proto': 'http',
    'X-Forwarded-Host': 'app.test',
    'X-Forwarded-Uri': '/a?b',
  });
  assert.equal(request.body.length, 0);
});

test('any other answer is the answer to the client', async () => {
  const refusal = { status: 403, headers: { 'X-Why': 'no', Location: '/login' }, body: 'denied' };
  const run = await ask({}, {}, new Authority(refusal));
  assert.equal(run.status, 403);
  assert.deepEqual(run.headers, { 'X-Why': 'no', Location: 'http://auth.test:9000/login' });
  assert.equal(await run.text(), 'denied');
  assert.equal(run.received.length, 0);
});

test('a location can stay as the authority wrote it', async () => {
  const found = { status: 302, headers: { Location: '/login' } };
  const run = await ask({ preserveLocationHeader: true }, {}, new Authority(found));
  assert.equal(run.headers.Location, '/login');
});

test('who must sign in is sent there', async () => {
  const run = await ask({ authSigninURL: 'https://in.test/' }, {}, new Authority({ status: 401 }));
  assert.equal(run.status, 302);
  assert.equal(run.headers.Location, 'https://in.test/');
});

test('no answer is a refusal', async () => {
  const run = await ask({}, {}, new Authority(new ProxyError('connection-refused', 'refused')));
  assert.equal(run.status, 500);
  assert.equal(await run.text(), '');
  assert.equal(run.received.length, 0);
});

test('a client that goes takes the question along', async () => {
  let question: Exchange | undefined;
  const run = await ask({}, {}, { handle: (exchange) => void (question = exchange) });
  run.exchange.abort();
  assert.equal(question?.aborted, true);
  question?.respond(responseOf({}));
  assert.equal(run.received.length, 0);
});

test('what the authority says of the user, the client cannot claim', async () => {
  const claims = { headers: { 'x-user': 'root', 'X-Role': 'admin', 'x-group-a': 'wheel', 'X-Kept': 'k' } };
  const options = { authResponseHeaders: ['X-User', 'x-role'], authResponseHeadersRegex: '^X-Group-' };
  const says = { headers: { 'X-User': 'anna', 'x-group-b': ['one', 'two'], 'X-Other': 'o' } };
  const run = await ask(options, claims, new Authority(says));
  assert.deepEqual(run.received[0]?.headers, {
    'X-Kept': 'k',
    'X-User': 'anna',
    'x-group-b': 'one | two',
  });
});

test('cookies of the authority take the place of the server’s', async () => {
  const says = { headers: { 'Set-Cookie': ['session=new; Path=/', 'other=1'] } };
  const server = { headers: { 'Set-Cookie': ['session=old', 'shop=1'] } };
  const run = await ask({ addAuthCookiesToResponse: ['session', 'shop'] }, {}, new Authority(says), server);
  assert.equal(run.headers['Set-Cookie'], 'shop=1 | session=new; Path=/');
});

test('the user the authority names is known to the logs', async () => {
  const run = await ask({ headerField: 'X-User' }, {}, new Authority({ headers: { 'X-User': 'anna' } }));
  assert.equal(run.exchange.trail.user, 'anna');
});

const given = {
  headers: {
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Prefix': '/p',
    'X-Real-Ip': '203.0.113.9',
    'X-A': 'a',
  },
};

const trust: readonly [options: object, expected: Record<string, string>][] = [
  [
    {},
    { 'X-Forwarded-For': '127.0.0.1', 'X-Forwarded-Proto': 'http', 'X-Forwarded-Prefix': '/p', 'X-A': 'a' },
  ],
  [
    { trustForwardHeader: false },
    { 'X-Forwarded-For': '127.0.0.1', 'X-Forwarded-Port': '80', 'X-Forwarded-Prefix': '', 'X-Real-Ip': '' },
  ],
  [
    { trustForwardHeader: true, authRequestHeaders: ['x-b'] },
    {
      'X-Forwarded-For': '203.0.113.7, 127.0.0.1',
      'X-Forwarded-Proto': 'https',
      'X-Real-Ip': '203.0.113.9',
      'X-A': '',
    },
  ],
  [{ authRequestHeaders: ['x-a'] }, { 'X-A': 'a', 'X-Real-Ip': '', 'X-Forwarded-For': '127.0.0.1' }],
];

for (const [options, expected] of trust) {
  test(`headers of other proxies with ${JSON.stringify(options)}`, async () => {
    const authority = new Authority();
    await ask(options, given, authority);
    for (const [name, value] of Object.entries(expected)) assert.equal(authority.header(name), value, name);
  });
}

test('the body is shown to the authority and then to the server, up to a limit', async () => {
  const authority = new Authority();
  const options = { forwardBody: true, maxBodySize: 7, preserveRequestMethod: true };
  const body = new ScriptedBody();
  const middleware = await build('forwardAuth', { address, ...options }, { outside: () => authority });
  const run = new Run({ method: 'POST', body }).through(middleware);
  body.write('payload');
  body.end();
  await run.answered();
  assert.equal(authority.asked[0]?.request.method, 'POST');
  assert.equal(authority.asked[0]?.request.body.length, 7);
  assert.equal(run.exchange.request.body.length, 7);

  const large = new ScriptedBody();
  const refused = new Run({ method: 'POST', body: large }).through(middleware);
  large.write('payload!');
  assert.equal((await refused.answered()).status, 401);
  assert.equal(authority.asked.length, 1);
});

test('an answer beyond its limit is a refusal', async () => {
  const statuses = ['12345', '123456'].map(async (body) => {
    const run = await ask({ maxResponseBodySize: 5 }, {}, new Authority({ body: streamed(body) }));
    return (await run.answered()).status;
  });
  assert.deepEqual(await Promise.all(statuses), [200, 401]);
});

function streamed(text: string): ScriptedBody {
  const body = new ScriptedBody();
  setImmediate(() => {
    body.write(text);
    body.end();
  });
  return body;
}

test('the authority is asked by its own rules for TLS', async () => {
  let asked: OutsideServer | undefined;
  const outside = (server: OutsideServer) => {
    asked = server;
    return answering({});
  };
  const ca = '-----BEGIN CERTIFICATE-----';
  const tls = { ca, insecureSkipVerify: true };
  await build('forwardAuth', { address: 'https://auth.test/x', tls }, { outside });
  assert.deepEqual(asked, {
    url: 'https://auth.test',
    tls: { authorities: ca, certificate: '', key: '', insecureSkipVerify: true },
    timeoutMs: 30_000,
  });
});

test('what cannot work is refused when it is built', async () => {
  await assert.rejects(build('forwardAuth', { address: 'auth.test' }), /is not the URL of a server/);
  await assert.rejects(build('forwardAuth', { address, tls: { cert: 'x' } }), /cert and key belong together/);
  await assert.rejects(build('forwardAuth', { address, tls: { ca: '/none.pem' } }), /none\.pem/);
  await assert.rejects(build('forwardAuth', { address, authResponseHeadersRegex: '(' }), /missing closing/);
});
