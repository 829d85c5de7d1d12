import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedCounts, sharedCountWords } from '../../src/balancing/shared-counts.ts';
import type { Exchange, Handler, Middleware } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';
import { build, memory, type RequestInit, Run } from './trial-run.ts';

const slow: Handler = { handle() {} };
const ask = (middleware: Middleware, request: RequestInit = {}) => new Run(request).through(middleware, slow);

test('requests beyond the amount are refused until others have ended', async () => {
  const middleware = await build('inFlightReq', { amount: 2 });
  const [first, second, third] = [ask(middleware), ask(middleware), ask(middleware)];
  assert.deepEqual(
    [first, second, third].map(({ status }) => status),
    [undefined, undefined, 429],
  );
  assert.equal(await third.text(), 'max connections reached: 2');
  first.exchange.finish();
  second.exchange.abort();
  const later = [ask(middleware), ask(middleware), ask(middleware)];
  assert.deepEqual(
    later.map(({ status }) => status),
    [undefined, undefined, 429],
  );
});

test('each host counts for itself, or whatever else tells sources apart', async () => {
  const byHost = await build('inFlightReq', { amount: 1 });
  assert.deepEqual(
    ['a.test', 'b.test', 'a.test'].map((host) => ask(byHost, { host }).status),
    [undefined, undefined, 429],
  );
  const sourceCriterion = { requestHeaderName: 'X-Key' };
  const byHeader = await build('inFlightReq', { amount: 1, sourceCriterion });
  assert.deepEqual(
    ['a', 'b', 'a'].map((key) => ask(byHeader, { headers: { 'X-Key': key } }).status),
    [undefined, undefined, 429],
  );
});

test('an amount of 0 lets nobody in', async () => {
  assert.equal(ask(await build('inFlightReq', { amount: 0 })).status, 429);
});

test('all workers count together', async () => {
  const cell = memory(sharedCountWords);
  const worker = (place: number) =>
    build('inFlightReq', { amount: 1 }, { counts: () => new SharedCounts(cell, place) });
  const [one, other] = [await worker(0), await worker(1)];
  const first = ask(one);
  assert.equal(ask(other).status, 429);
  first.exchange.finish();
  assert.equal(ask(other).status, undefined);
});

test('a request that is tried again keeps its place', async () => {
  const retry = await build('retry', { attempts: 3 });
  const limit = await build('inFlightReq', { amount: 1 });
  const refusing: Handler = {
    handle: (exchange: Exchange) =>
      exchange.fail(new ProxyError('connection-refused', 'refused', { nothingSent: true })),
  };
  const run = new Run().through((next) => retry(limit(next)), refusing);
  assert.equal(run.status, 502);
  assert.equal(run.received.length, 3);
});
