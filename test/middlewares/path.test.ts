import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePath, escapePath, withoutPrefix } from '../../src/middlewares/path.ts';

test('a prefix is compared with the decoded path and taken off the escaped one', () => {
  const cases: [path: string, prefix: string, rest: string | undefined][] = [
    ['/api/x', '/api', '/x'],
    ['/api', '/api', ''],
    ['/apix', '/api', 'x'],
    ['/API/x', '/api', undefined],
    ['/my%20docs/a%2Fb', '/my docs', '/a%2Fb'],
    ['/a%2Fb/c', '/a/b', '/c'],
    ['/caf%C3%A9/x', '/café', '/x'],
    ['/caf%C3', '/café', undefined],
    ['/a%20', '/a b', undefined],
  ];
  for (const [path, prefix, rest] of cases)
    assert.equal(withoutPrefix(path, prefix), rest, `${path} without ${prefix}`);
});

test('a path is decoded as UTF-8', () => {
  assert.equal(decodePath('/plain'), '/plain');
  assert.equal(decodePath('/a%20b/caf%C3%A9'), '/a b/café');
  assert.equal(decodePath('/%FF'), '/\ufffd');
});

test('a plain prefix is escaped as Go would write it in a path', () => {
  assert.equal(escapePath('/a b?c#d'), '/a%20b%3Fc%23d');
  assert.equal(escapePath('/a%20b'), '/a%2520b');
  assert.equal(escapePath('/a[0];x=1'), '/a[0];x=1');
});
