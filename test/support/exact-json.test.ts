import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactJson } from '../../src/support/exact-json.ts';

test('a number of 64 bits keeps all its digits', () => {
  const tree = { priority: 9223372036854775806n, other: [1, 'two', null, true] };
  assert.equal(exactJson(tree), '{"priority":9223372036854775806,"other":[1,"two",null,true]}');
});
