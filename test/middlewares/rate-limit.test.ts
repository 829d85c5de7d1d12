import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { SharedTable, sharedTableWords } from '../../src/balancing/shared-table.ts';
import type { Middleware } from '../../src/model/exchange.ts';
import { build, type RequestInit, Run } from './trial-run.ts';

/** A limit and its clock. */
async function limit(options: object) {
  const clock = { now: 1_000_000 };
  const words: Int32Array[] = [];
  const context = {
    now: () => clock.now,
    cell: (size: number) => {
      words.push(new Int32Array(new SharedArrayBuffer(size * 4)));
      return words.at(-1)!;
    },
  };
  return { clock, context, words, middleware: await build('rateLimit', options, context) };
}

const ask = (middleware: Middleware, request: RequestInit = {}) => new Run(request).through(middleware);
const from = (address: string) => ({ client: { address } });

test('the burst passes, what comes after is told when to come back', async () => {
  const { middleware, clock } = await limit({ average: 1, period: '1h', burst: 3 });
  assert.deepEqual(
    [1, 2, 3].map(() => ask(middleware).status),
    [200, 200, 200],
  );
  clock.now += 1500;
  const run = ask(middleware);
  assert.equal(run.status, 429);
  assert.deepEqual(run.headers, { 'Retry-After': '3599', 'X-Retry-In': '59m58.5s' });
  assert.equal(await run.text(), 'Too Many Requests');
});

test('a refusal costs no token, and tokens come back one by one', async () => {
  const { middleware, clock } = await limit({ average: 1, period: '10s', burst: 2 });
  const statuses = () => [1, 2, 3].map(() => ask(middleware).status);
  assert.deepEqual(statuses(), [200, 200, 429]);
  clock.now += 10_000;
  assert.deepEqual(statuses(), [200, 429, 429]);
  clock.now += 100_000;
  assert.deepEqual(statuses(), [200, 200, 429]);
});

test('who is only a little early waits, and is not served when gone meanwhile', async (context) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  context.after(() => mock.timers.reset());
  const { middleware, clock } = await limit({ average: 10 });
  assert.equal(ask(middleware).status, 200);
  clock.now += 60;
  const early = ask(middleware);
  assert.equal(early.status, undefined);
  assert.equal(ask(middleware).status, 429);
  mock.timers.tick(40);
  assert.equal(early.status, 200);
  clock.now += 100;
  const gone = ask(middleware);
  gone.exchange.abort();
  mock.timers.tick(1000);
  assert.equal(gone.received.length, 0);
});

const sources: readonly [title: string, criterion: object | undefined, a: RequestInit, b: RequestInit][] = [
  ['address', undefined, from('10.0.0.1'), from('10.0.0.2')],
  ['header', { requestHeaderName: 'X-Key' }, { headers: { 'x-key': 'a' } }, {}],
  ['host', { requestHost: true }, { host: 'a.test' }, { host: 'b.test' }],
  [
    'forwarded address',
    { ipStrategy: { depth: 1 } },
    { headers: { 'X-Forwarded-For': '10.0.0.1' } },
    { headers: { 'X-Forwarded-For': '10.0.0.2' } },
  ],
];

for (const [title, sourceCriterion, a, b] of sources) {
  test(`every ${title} has its own bucket`, async () => {
    const { middleware } = await limit({ average: 1, period: '1h', sourceCriterion });
    const statuses = [a, a, b, b].map((request) => ask(middleware, request).status);
    assert.deepEqual(statuses, [200, 429, 200, 429]);
  });
}

test('all workers count together', async () => {
  const { words, context } = await limit({ average: 1, period: '1h', burst: 2 });
  const shared = { ...context, cell: () => words[0]! };
  const worker = () => build('rateLimit', { average: 1, period: '1h', burst: 2 }, shared);
  const [one, other] = [await worker(), await worker()];
  assert.deepEqual(
    [one, other, one, other].map((middleware) => ask(middleware).status),
    [200, 200, 429, 429],
  );
});

test('without an average there is no limit, and no memory', async () => {
  const { middleware, words } = await limit({ burst: 1 });
  assert.deepEqual(
    [1, 2, 3].map(() => ask(middleware).status),
    [200, 200, 200],
  );
  assert.equal(words.length, 0);
});

test('what cannot work is refused when it is built', async () => {
  const two = { average: 1, sourceCriterion: { requestHost: true, requestHeaderName: 'X' } };
  await assert.rejects(build('rateLimit', two), /mutually exclusive/);
  await assert.rejects(build('rateLimit', { average: 1, period: '-1s' }), /period cannot be negative/);
  await assert.rejects(build('rateLimit', { average: 1, redis: { db: 1 } }), /redis is not there yet/);
});

test('a table that is full gives the place of what is worth least', () => {
  const size = { slots: 16, stateWords: 1 };
  const table = new SharedTable(new Int32Array(new SharedArrayBuffer(sharedTableWords(size) * 4)), size);
  const worth = (cell: Int32Array, at: number) => cell[at]!;
  const add = (key: string, value: number) =>
    table.change(key, worth, (cell, at) => (cell[at] = cell[at]! + value));
  for (let key = 1; key <= 16; key += 1) add(`key ${key}`, key);
  assert.equal(add('key 9', 0), 9);
  assert.equal(add('new', 100), 100);
  assert.equal(add('key 2', 0), 2);
  assert.equal(add('key 1', 50), 50);
});
