import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Handler } from '../../src/model/exchange.ts';
import { ProxyError } from '../../src/model/proxy-error.ts';
import {
  type Answer,
  answering,
  build,
  type Received,
  type RequestInit,
  Run,
  ScriptedBody,
} from './trial-run.ts';

/** A service of pages that keeps what it was asked for. */
function pages(answer: Answer): { handler: Handler; asked: Received[] } {
  const asked: Received[] = [];
  const handler: Handler = {
    handle(exchange) {
      const { method, path, query, host, headers } = exchange.request;
      asked.push({ line: `${method} ${path}${query}`, host, headers: Object.fromEntries(headers) });
      answering(answer).handle(exchange);
    },
  };
  return { handler, asked };
}

const usual = { status: ['500-599'], service: 'pages', query: '/{status}.html' };

async function run(options: object, request: RequestInit, answer: Answer, page = pages({ body: 'page' })) {
  const middleware = await build('errors', { ...usual, ...options }, { service: () => page.handler });
  return { run: new Run(request).through(middleware, answering(answer)), asked: page.asked };
}

test('a failure gets its page, under its own status', async () => {
  const failed = { status: 503, headers: { 'X-Gone': 'g' }, body: 'gone' };
  const page = pages({ status: 200, headers: { 'Content-Type': 'text/html' }, body: 'sorry' });
  const { run: tried, asked } = await run({}, { headers: { 'X-A': 'a', Te: 'x' } }, failed, page);
  assert.equal(tried.status, 503);
  assert.deepEqual(tried.headers, { 'Content-Type': 'text/html' });
  assert.equal(await tried.text(), 'sorry');
  assert.deepEqual(asked, [{ line: 'GET /503.html', host: 'app.test', headers: { 'X-A': 'a' } }]);
});

test('other statuses pass', async () => {
  const { run: tried, asked } = await run({}, {}, { status: 404, body: 'no' });
  assert.equal(await tried.text(), 'no');
  assert.equal(asked.length, 0);
});

test('a status can be told to the client as another', async () => {
  const options = { statusRewrites: { '500-502': 418 }, query: 'p?s={status}&o={originalStatus}&u={url}' };
  const { run: tried, asked } = await run(options, { target: '/a?b=c&d' }, { status: 502 });
  assert.equal(tried.status, 418);
  assert.equal(asked[0]?.line, 'GET /p?s=418&o=502&u=http%3A%2F%2Fapp.test%2Fa%3Fb%3Dc%26d');
});

test('only the headers that are named are shown to the pages', async () => {
  const { asked } = await run(
    { errorRequestHeaders: ['x-a'] },
    { headers: { 'X-A': 'a', 'X-B': 'b' } },
    { status: 500 },
  );
  assert.deepEqual(asked[0]?.headers, { 'X-A': 'a' });
});

test('when the page itself cannot be had, the client still learns the status', async () => {
  const handler: Handler = {
    handle: (exchange) => exchange.fail(new ProxyError('connection-refused', 'no')),
  };
  const middleware = await build('errors', usual, { service: () => handler });
  const tried = new Run().through(middleware, answering({ status: 503 }));
  assert.equal(tried.status, 503);
});

test('a failure of the page is no reason to look for another page', async () => {
  const { run: tried, asked } = await run({}, {}, { status: 500 }, pages({ status: 500, body: 'worse' }));
  assert.equal(await tried.text(), 'worse');
  assert.equal(asked.length, 1);
});

test('outer middlewares see the page, the response it replaces is dropped', async () => {
  const body = new ScriptedBody();
  const outer = await build('headers', { customResponseHeaders: { 'X-Outer': 'o' } });
  const errors = await build('errors', usual, { service: () => answering({ body: 'page' }) });
  const tried = new Run().through((next) => outer(errors(next)), answering({ status: 500, body }));
  assert.deepEqual(tried.headers, { 'X-Outer': 'o' });
  assert.equal(body.cancelled, true);
});

test('a client that goes takes the question for the page along', async () => {
  let aborted: (() => boolean) | undefined;
  const silent: Handler = {
    handle(exchange) {
      aborted = () => exchange.aborted;
    },
  };
  const tried = new Run().through(
    await build('errors', usual, { service: () => silent }),
    answering({ status: 500 }),
  );
  tried.exchange.abort();
  assert.equal(aborted?.(), true);
});
