import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Handler } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';
import { answering, build, Run, responseOf, ScriptedBody } from './trial-run.ts';

test('the server sees a request once all of it has come', async () => {
  const body = new ScriptedBody();
  const run = new Run({ method: 'POST', body }).through(
    await build('buffering', { maxRequestBodyBytes: 10 }),
  );
  body.write('01234');
  body.write('56789');
  await new Promise(setImmediate);
  assert.equal(run.received.length, 0);
  body.end();
  await run.answered();
  assert.equal(run.received.length, 1);
  assert.equal(run.exchange.request.body.length, 10);
});

test('a request that is too large is refused', async () => {
  const body = new ScriptedBody();
  const run = new Run({ method: 'POST', body }).through(
    await build('buffering', { maxRequestBodyBytes: 10 }),
  );
  body.write('0123456789a');
  assert.equal((await run.answered()).status, 413);
  assert.equal(await run.text(), 'Request Entity Too Large');
  assert.equal(run.received.length, 0);
});

test('the client sees a response once all of it has come', async () => {
  const body = new ScriptedBody();
  const run = new Run();
  run.through(await build('buffering', { maxResponseBodyBytes: 10 }), answering({ status: 201, body }));
  body.write('0123');
  await new Promise(setImmediate);
  assert.equal(run.status, undefined);
  body.end();
  assert.equal((await run.answered()).status, 201);
  assert.equal(run.response?.body.length, 4);
});

test('a response that is too large, or breaks off, is replaced for the layers outside', async () => {
  const outer = await build('headers', { customResponseHeaders: { 'X-Outer': 'o' } });
  const buffering = await build('buffering', { maxResponseBodyBytes: 3 });
  const breaks: readonly [act: (body: ScriptedBody) => void, status: number][] = [
    [(body) => body.write('0123'), 500],
    [(body) => body.break(new ProxyError('response-aborted', 'gone')), 502],
  ];
  for (const [act, status] of breaks) {
    const body = new ScriptedBody();
    const run = new Run().through(
      (next) => outer(buffering(next)),
      answering({ headers: { 'X-A': 'a' }, body }),
    );
    act(body);
    assert.equal((await run.answered()).status, status);
    assert.deepEqual(run.headers, { 'X-Outer': 'o' });
  }
});

/** Statuses one after the other; how often it was asked. */
function inTurn(...statuses: number[]): Handler & { asked: number } {
  return {
    asked: 0,
    handle(exchange) {
      const status = statuses[Math.min(this.asked, statuses.length - 1)]!;
      this.asked += 1;
      exchange.respond(responseOf({ status, body: `${status}` }));
    },
  };
}

const retries: readonly [
  expression: string,
  method: string,
  statuses: number[],
  status: number,
  asked: number,
][] = [
  ['ResponseCode() >= 500 && Attempts() <= 2', 'PUT', [500, 500, 500], 500, 3],
  ['ResponseCode() >= 500 && Attempts() <= 2', 'PUT', [500, 200], 200, 2],
  ['RequestMethod() == "PUT" && IsNetworkError()', 'POST', [502, 200], 502, 1],
  ['IsNetworkError()', 'GET', [504, 200], 200, 2],
  ['ResponseCode() == 500', 'GET', [500], 500, 11],
];

for (const [expression, method, statuses, status, asked] of retries) {
  test(`${method} with ${expression}: ${statuses} end with ${status}`, async () => {
    const server = inTurn(...statuses);
    const body = method === 'GET' ? '' : 'x';
    const run = new Run({ method, body }).through(
      await build('buffering', { retryExpression: expression }),
      server,
    );
    assert.equal((await run.answered()).status, status);
    assert.equal(server.asked, asked);
  });
}

test('upgrades pass', async () => {
  const run = new Run({ upgrade: 'websocket' }).through(
    await build('buffering', { maxResponseBodyBytes: 1 }),
  );
  assert.equal(run.status, 200);
});

test('an expression that cannot be read is refused when it is built', async () => {
  await assert.rejects(build('buffering', { retryExpression: 'Mood() > 1' }), /there is no Mood/);
});
