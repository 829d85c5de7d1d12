import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusRanges } from '../../src/middlewares/status-ranges.ts';

test('codes and ranges include their ends', () => {
  const ranges = new StatusRanges(['404', ' 500-502 ']);
  const included = [403, 404, 405, 499, 500, 501, 502, 503].filter((status) => ranges.has(status));
  assert.deepEqual(included, [404, 500, 501, 502]);
});

test('a text that is neither is named', () => {
  assert.throws(() => new StatusRanges(['5xx']), /"5xx" is neither a status code nor a range/);
  assert.equal(new StatusRanges([]).empty, true);
});
