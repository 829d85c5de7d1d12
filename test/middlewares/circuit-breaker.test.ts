import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breakerWords } from '../../src/middlewares/circuit-breaker/breaker.ts';
import { parseCondition } from '../../src/middlewares/circuit-breaker/condition.ts';
import type { Handler, Middleware } from '../../src/model/exchange.ts';
import { answering, build, memory, Run } from './trial-run.ts';

const clock = { now: 5_000_000_000 };
const now = () => clock.now;

/** What a client gets when the server says `status` after `latencyMs`. */
function ask(middleware: Middleware, status = 200, latencyMs = 0): number | undefined {
  const server: Handler = {
    handle(exchange) {
      clock.now += latencyMs;
      answering({ status }).handle(exchange);
    },
  };
  clock.now += 100;
  return new Run().through(middleware, server).status;
}

const breaker = (expression: string, options: object = {}) =>
  build('circuitBreaker', { expression, ...options }, { now });

test('it trips when the condition is met, and answers itself from then on', async () => {
  const middleware = await breaker('NetworkErrorRatio() > 0.5', { responseCode: 429 });
  assert.deepEqual(
    [200, 502, 504, 200].map((status) => ask(middleware, status)),
    [200, 502, 504, 429],
  );
  const run = new Run().through(middleware);
  assert.equal(await run.text(), 'Too Many Requests');
  assert.equal(run.received.length, 0);
});

test('it is asked for its opinion once in a while only', async () => {
  const middleware = await breaker('NetworkErrorRatio() > 0.5', { checkPeriod: '350ms' });
  assert.deepEqual(
    [200, 502, 502, 502, 502, 502].map((status) => ask(middleware, status)),
    [200, 502, 502, 502, 502, 503],
  );
});

test('it lets a growing share through while it recovers, then everything', async () => {
  const times = { fallbackDuration: '10s', recoveryDuration: '10s' };
  const middleware = await breaker('ResponseCodeRatio(500, 600, 0, 600) >= 0.5', times);
  assert.equal(ask(middleware, 500), 500);
  clock.now += 9000;
  assert.equal(ask(middleware), 503);
  clock.now += 1000;
  const early = Array.from({ length: 40 }, () => ask(middleware)).filter((status) => status === 200).length;
  const late = Array.from({ length: 40 }, () => ask(middleware)).filter((status) => status === 200).length;
  assert.ok(early > 0 && early < late && late < 30, `${early}, then ${late}`);
  clock.now += 4000;
  assert.deepEqual(
    [1, 2, 3].map(() => ask(middleware)),
    [200, 200, 200],
  );
});

test('it trips again while it recovers', async () => {
  const times = { fallbackDuration: '1s', recoveryDuration: '10s' };
  const middleware = await breaker('NetworkErrorRatio() > 0.5', times);
  assert.equal(ask(middleware, 502), 502);
  clock.now += 8000;
  assert.equal(ask(middleware, 502), 503);
  clock.now += 9000;
  while (ask(middleware, 502) !== 502) clock.now += 100;
  assert.equal(ask(middleware), 503);
});

test('what happened more than ten seconds ago is forgotten', async () => {
  const middleware = await breaker('NetworkErrorRatio() > 0.5 && RequestThreshold() > 2');
  assert.deepEqual(
    [502, 502].map((status) => ask(middleware, status)),
    [502, 502],
  );
  clock.now += 11_000;
  assert.deepEqual(
    [502, 200, 200].map((status) => ask(middleware, status)),
    [502, 200, 200],
  );
});

test('latency at a quantile is known to a tenth', async () => {
  const middleware = await breaker('LatencyAtQuantileMS(50.0) > 100');
  assert.deepEqual(
    [50, 60, 300].map((ms) => ask(middleware, 200, ms)),
    [200, 200, 200],
  );
  assert.deepEqual(
    [150, 150, 150].map((ms) => ask(middleware, 200, ms)),
    [200, 200, 503],
  );
});

test('all workers see and move the same circuit', async () => {
  const cell = memory(breakerWords(parseCondition('NetworkErrorRatio() > 0.5')));
  const worker = () =>
    build('circuitBreaker', { expression: 'NetworkErrorRatio() > 0.5' }, { now, cell: () => cell });
  const [one, other] = [await worker(), await worker()];
  assert.equal(ask(one, 502), 502);
  assert.equal(ask(other), 503);
});

test('what cannot work is refused when it is built', async () => {
  await assert.rejects(breaker('Mood() > 1'), /there is no Mood/);
  await assert.rejects(breaker('LatencyAtQuantileMS() > 1'), /LatencyAtQuantileMS takes 1 numbers/);
  await assert.rejects(
    breaker('RequestThreshold() > 1', { responseCode: 1000 }),
    /1000 is not an HTTP status/,
  );
});
