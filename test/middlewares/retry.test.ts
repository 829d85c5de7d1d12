import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { Exchange, Handler } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';
import { build, type RequestInit, Run, responseOf, ScriptedBody } from './trial-run.ts';

const refused = new ProxyError('connection-refused', 'refused', { nothingSent: true });
const closed = new ProxyError('server-closed', 'closed');

/** Answers one after the other: statuses, or failures; the last one again and again. */
function inTurn(...answers: readonly (number | ProxyError)[]): Handler & { bodies: string[] } {
  let turn = 0;
  return {
    bodies: [],
    handle(exchange) {
      const answer = answers[Math.min(turn++, answers.length - 1)]!;
      exchange.request.body.buffer(1000).then((body) => {
        if (body !== 'too-large') this.bodies.push(Buffer.from(body.bytes).toString());
      });
      if (typeof answer === 'number') exchange.respond(responseOf({ status: answer }));
      else exchange.fail(answer);
    },
  };
}

type Case = readonly [
  title: string,
  options: object,
  request: RequestInit,
  answers: readonly (number | ProxyError)[],
  status: number,
  tries: number,
];

const cases: readonly Case[] = [
  ['a server that was never reached costs nothing', {}, {}, [refused, 200], 200, 2],
  ['attempts are all tries together', {}, {}, [refused], 502, 3],
  ['a request that a server has seen is not sent again', {}, {}, [closed, 200], 502, 1],
  ['any method, as nothing was sent', {}, { method: 'POST', body: 'x' }, [refused, 200], 200, 2],
  ['a status counts only when it is named', {}, {}, [503, 200], 503, 1],
  ['a named status is tried again', { status: ['500-599'] }, {}, [503, 500, 201], 201, 3],
  ['POST is not', { status: ['503'] }, { method: 'POST' }, [503, 200], 503, 1],
  [
    'POST is when that is wanted',
    { status: ['503'], retryNonIdempotentMethod: true },
    { method: 'POST', body: 'x' },
    [503, 200],
    200,
    2,
  ],
  [
    'the network alone can be left out',
    { status: ['503'], disableRetryOnNetworkError: true },
    {},
    [refused, 200],
    502,
    1,
  ],
  [
    'upgrades are not tried again by status',
    { status: ['503'] },
    { upgrade: 'websocket' },
    [503, 200],
    503,
    1,
  ],
];

for (const [title, options, request, answers, status, tries] of cases) {
  test(title, async () => {
    const run = new Run(request).through(
      await build('retry', { attempts: 3, ...options }),
      inTurn(...answers),
    );
    assert.equal((await run.answered()).status, status);
    assert.equal(run.received.length, tries);
  });
}

test('every try gets the whole body', async () => {
  const server = inTurn(503, 200);
  const body = new ScriptedBody();
  const run = new Run({ method: 'PUT', body });
  run.through(await build('retry', { attempts: 2, status: ['503'] }), server);
  body.write('pay');
  body.write('load');
  body.end();
  await run.answered();
  await new Promise(setImmediate);
  assert.deepEqual(server.bodies, ['payload', 'payload']);
});

test('a body that is too large goes out once', async () => {
  const server = inTurn(503, 200);
  const body = new ScriptedBody();
  const run = new Run({ method: 'PUT', body });
  run.through(await build('retry', { attempts: 2, status: ['503'], maxRequestBodyBytes: 5 }), server);
  body.write('payload');
  assert.equal((await run.answered()).status, 503);
  body.end();
  await new Promise(setImmediate);
  assert.deepEqual(server.bodies, ['payload']);
});

test('every try gets the request as it came', async () => {
  const strip = await build('stripPrefix', { prefixes: ['/a'] });
  const retry = await build('retry', { attempts: 3 });
  const run = new Run({ target: '/a/b' }).through(
    (next) => retry(strip(next)),
    inTurn(refused, refused, 200),
  );
  assert.deepEqual(
    run.received.map(({ line, headers }) => [line, headers]),
    [
      ['GET /b', { 'X-Forwarded-Prefix': '/a' }],
      ['GET /b', { 'X-Forwarded-Prefix': '/a' }],
      ['GET /b', { 'X-Forwarded-Prefix': '/a' }],
    ],
  );
});

test('layers of a try that does not count see nothing of the next', async () => {
  const retry = await build('retry', { attempts: 2 });
  const marks = await build('headers', { customResponseHeaders: { 'X-A': 'a' } });
  let layers = 0;
  const counting = (next: Handler): Handler => ({
    handle(exchange: Exchange) {
      exchange.pushLayer({
        onResponse() {
          layers += 1;
          return undefined;
        },
      });
      next.handle(exchange);
    },
  });
  const run = new Run().through((next) => retry(marks(counting(next))), inTurn(refused, 200));
  assert.equal(run.headers['X-A'], 'a');
  assert.equal(layers, 2);
});

test('early answers reach the client from the last try only', async () => {
  const run = new Run();
  const early: Handler = {
    handle(exchange) {
      exchange.inform(103, exchange.request.headers);
      exchange.fail(refused);
    },
  };
  run.through(await build('retry', { attempts: 3 }), early);
  assert.deepEqual(run.informed, [103]);
});

test('waits grow from one try to the next, and end with the client', async (context) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  context.after(() => mock.timers.reset());
  const run = new Run().through(
    await build('retry', { attempts: 3, initialInterval: '100ms' }),
    inTurn(refused),
  );
  assert.equal(run.received.length, 1);
  mock.timers.tick(99);
  assert.equal(run.received.length, 1);
  mock.timers.tick(1);
  assert.equal(run.received.length, 2);
  mock.timers.tick(141);
  assert.equal(run.received.length, 2);
  run.exchange.abort();
  mock.timers.tick(1000);
  assert.equal(run.received.length, 2);
});

test('no try begins after the time is over', async () => {
  let now = 0;
  const late: Handler = {
    handle(exchange) {
      now += 600;
      exchange.fail(refused);
    },
  };
  const run = new Run().through(
    await build('retry', { attempts: 9, timeout: '1s' }, { now: () => now }),
    late,
  );
  assert.equal(run.received.length, 2);
});

test('what could never be tried again is refused when it is built', async () => {
  await assert.rejects(build('retry', { attempts: 0 }), /must be 1 or more/);
  await assert.rejects(build('retry', { attempts: 2, disableRetryOnNetworkError: true }), /nothing to retry/);
  await assert.rejects(build('retry', { attempts: 2, status: ['5xx'] }), /"5xx" is neither/);
});
