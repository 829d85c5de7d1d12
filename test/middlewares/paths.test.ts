import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MiddlewareType } from '../../src/middlewares/registry.ts';
import { build, type Fields, Run } from './trial-run.ts';

interface PathCase {
  readonly options: object;
  readonly target: string;
  /** The request line the server sees; a status when it sees none. */
  readonly sent: string | number;
  readonly headers?: Fields;
}

const cases: Partial<Record<MiddlewareType, readonly PathCase[]>> = {
  addPrefix: [
    { options: { prefix: '/base' }, target: '/x?q=1', sent: '/base/x?q=1' },
    { options: { prefix: 'base' }, target: '/', sent: '/base/' },
    { options: { prefix: '/base/' }, target: '/x', sent: '/base//x' },
    { options: { prefix: '/a b?' }, target: '/%2F', sent: '/a%20b%3F/%2F' },
    { options: { prefix: '/a%20b' }, target: '/x', sent: '/a%2520b/x' },
  ],
  stripPrefix: [
    {
      options: { prefixes: ['/api'] },
      target: '/api/x?y',
      sent: '/x?y',
      headers: { 'X-Forwarded-Prefix': '/api' },
    },
    { options: { prefixes: ['/api/', '/api'] }, target: '/api/x', sent: '/x' },
    {
      options: { prefixes: [' /b ', '/a'] },
      target: '/a/x',
      sent: '/x',
      headers: { 'X-Forwarded-Prefix': '/a' },
    },
    { options: { prefixes: ['/api'] }, target: '/apix', sent: '/x' },
    { options: { prefixes: ['/api'] }, target: '/other', sent: '/other', headers: {} },
    { options: { prefixes: ['/a b'] }, target: '/a%20b/c%2Fd', sent: '/c%2Fd' },
    { options: { prefixes: ['/api'] }, target: '/api//x', sent: 400 },
    { options: { prefixes: ['/api'] }, target: '/api../x', sent: 400 },
  ],
  stripPrefixRegex: [
    {
      options: { regex: ['/v\\d+'] },
      target: '/v12/x',
      sent: '/x',
      headers: { 'X-Forwarded-Prefix': '/v12' },
    },
    { options: { regex: ['/b'] }, target: '/a/b/c', sent: '/a/b/c', headers: {} },
    { options: { regex: ['/none', '/a+'] }, target: '/aa/b', sent: '/b' },
  ],
  replacePath: [
    { options: { path: '/new' }, target: '/old?q', sent: '/new?q', headers: { 'X-Replaced-Path': '/old' } },
    { options: { path: '/a%2Fb' }, target: '/%41', sent: '/a%2Fb', headers: { 'X-Replaced-Path': '/%41' } },
    { options: { path: '/100%' }, target: '/', sent: 500 },
  ],
  replacePathRegex: [
    {
      options: { regex: '^/a/(.*)', replacement: '/b/$1' },
      target: '/a/x?q',
      sent: '/b/x?q',
      headers: { 'X-Replaced-Path': '/a/x' },
    },
    { options: { regex: '^/a', replacement: '/b' }, target: '/c', sent: '/c', headers: {} },
    { options: { regex: '^/a', replacement: '/b?c=' }, target: '/a', sent: '/b%3Fc=' },
    { options: { regex: '^/a', replacement: '/..' }, target: '/a/x', sent: 400 },
  ],
};

for (const [type, ofType] of Object.entries(cases)) {
  for (const { options, target, sent, headers } of ofType) {
    test(`${type} ${JSON.stringify(options)}: ${target} becomes ${sent}`, async () => {
      const run = new Run({ target }).through(await build(type as MiddlewareType, options));
      if (typeof sent === 'number') {
        assert.equal(run.status, sent);
        return assert.equal(run.received.length, 0);
      }
      assert.equal(run.received[0]?.line, `GET ${sent}`);
      if (headers) assert.deepEqual(run.received[0]?.headers, headers);
    });
  }
}

test('prefixes taken off one after the other are all announced', async () => {
  const outer = await build('stripPrefix', { prefixes: ['/a'] });
  const inner = await build('stripPrefix', { prefixes: ['/b'] });
  const run = new Run({ target: '/a/b/c' }).through((next) => outer(inner(next)));
  assert.deepEqual(run.received[0], {
    line: 'GET /c',
    host: 'app.test',
    headers: { 'X-Forwarded-Prefix': '/a | /b' },
  });
});

test('a prefix that cannot stand in a header is refused', async () => {
  const run = new Run({ target: '/%0A/x' }).through(await build('stripPrefixRegex', { regex: ['^/[^/]+'] }));
  assert.equal(run.status, 400);
  assert.equal(run.received.length, 0);
});

test('what cannot work is told when it is built', async () => {
  await assert.rejects(build('addPrefix', { prefix: '' }), /prefix cannot be empty/);
  await assert.rejects(build('stripPrefixRegex', { regex: ['('] }), /missing closing \)/);
});
