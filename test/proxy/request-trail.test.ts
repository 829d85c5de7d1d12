import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProxyError } from '../../src/model/proxy-error.ts';
import { RequestTrail } from '../../src/proxy/request-trail.ts';

const refused = new ProxyError('connection-refused', 'The server refused the connection.');

test('a trail without a server has no attempts', () => {
  assert.deepEqual(new RequestTrail().attempts, []);
});

test('a trail keeps every attempt in order', () => {
  const trail = new RequestTrail();
  trail.tried('http://one', refused);
  trail.tried('http://two', 503);
  trail.tried('http://one', 200);
  assert.deepEqual(trail.attempts, [
    { server: 'http://one', status: undefined, error: refused },
    { server: 'http://two', status: 503, error: undefined },
    { server: 'http://one', status: 200, error: undefined },
  ]);
});
