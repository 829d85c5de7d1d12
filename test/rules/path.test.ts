import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from '../properties.ts';
import { canonicalHost } from '../../src/rules/path/canonical-host.ts';
import { cleanPath } from '../../src/rules/path/clean-path.ts';
import { cleanQuery } from '../../src/rules/path/clean-query.ts';
import { encodedCharacterFilter } from '../../src/rules/path/encoded-characters.ts';
import { routingPath } from '../../src/rules/path/routing-path.ts';

describe('a path is cleaned', () => {
  const cases: [raw: string, clean: string | undefined, unsanitized?: string][] = [
    ['/', '/'],
    ['', '/'],
    ['*', '*'],
    ['/a/b.c/~d', '/a/b.c/~d'],
    ['/a/./b', '/a/b', '/a/./b'],
    ['/a/../b', '/b', '/a/../b'],
    ['/a/b/..', '/a', '/a/b/..'],
    ['/a/b/../', '/a/', '/a/b/../'],
    ['/a/b/.', '/a/b', '/a/b/.'],
    ['/../../x', '/x', '/../../x'],
    ['/..///b///', '/b/', '/..///b///'],
    ['//a', '/a', '//a'],
    ['///', '/', '///'],
    ['/..', '/', '/..'],
    ['/./', '/', '/./'],
    ['/a/%2e%2E/b', '/b', '/a/../b'],
    ['/x/.%2e/y', '/y', '/x/../y'],
    ['/a/.../b', '/a/.../b'],
    ['/.hidden', '/.hidden'],
    ['/x/..;/y', '/x/..;/y'],
    ['/%61bc%7euser', '/abc~user'],
    ['/a%2fb/../c', '/c', '/a%2Fb/../c'],
    ['/a/..%2Fb/', '/a/..%2Fb/'],
    ['/%252E%252E/x', '/%252E%252E/x'],
    ['/a%00b%20c%c3%a9', '/a%00b%20c%C3%A9'],
    ["/a'!$&()*+,=;@:[]b", "/a'!$&()*+,=;@:[]b"],
    ['/a|b"c<d>e^f`g{h}i\\j', '/a%7Cb%22c%3Cd%3Ee%5Ef%60g%7Bh%7Di%5Cj'],
    ['/cafÃ©', '/caf%C3%A9'],
    ['/a|%2f', '/a%7C%2F'],
    ['/%', undefined],
    ['/a%2', undefined],
    ['/a%zz', undefined],
    ['/a#b', undefined],
    ['/a b', undefined],
    ['/a\0', undefined],
    ['/a\x7f', undefined],
    ['a', undefined],
  ];
  for (const [raw, clean, unsanitized = clean] of cases) {
    test(`${JSON.stringify(raw)} becomes ${clean ?? 'a 400'}`, () => {
      assert.equal(cleanPath(raw, true), clean);
      assert.equal(cleanPath(raw, false), unsanitized);
    });
  }
});

const rawPath = fc
  .array(
    fc.constantFrom(
      '/',
      '.',
      '..',
      'a',
      '%2e',
      '%2F',
      '%41',
      '%C3%A9',
      '|',
      '\xe9',
      ';',
      '%25',
      '%',
      ' ',
      '#',
    ),
    { maxLength: 12 },
  )
  .map((parts) => `/${parts.join('')}`);

test('cleaning twice changes nothing', () => {
  fc.assert(
    fc.property(rawPath, fc.boolean(), (path, sanitize) => {
      const clean = cleanPath(path, sanitize);
      if (clean !== undefined) assert.equal(cleanPath(clean, sanitize), clean);
    }),
  );
});

test('a sanitized path has no dot segments and no double slashes, also when decoded', () => {
  fc.assert(
    fc.property(rawPath, (path) => {
      const clean = cleanPath(path, true);
      if (clean === undefined) return;
      assert.match(clean, /^\/[\x21-\x7e]*$/);
      assert.doesNotMatch(clean, /\/\/|\/\.\.?(\/|$)/);
      assert.doesNotMatch(routingPath(clean), /\/\/|\/\.\.?(\/|$)/);
    }),
  );
});

test('a long path is cleaned in no time', { timeout: 60_000 }, () => {
  assert.equal(cleanPath('/a'.repeat(500_000), true)?.length, 1_000_000);
  assert.equal(cleanPath('/..'.repeat(300_000), true), '/');
});

test('the routing path keeps reserved characters and broken bytes escaped', () => {
  assert.equal(routingPath('/plain'), '/plain');
  assert.equal(routingPath('/foo%20bar%22'), '/foo bar"');
  assert.equal(routingPath('/a%2Fb%25%3A'), '/a%2Fb%25%3A');
  assert.equal(routingPath('/caf%C3%A9%20%F0%9F%98%80'), '/café 😀');
  assert.equal(routingPath('/%FF%41%C3'), '/%FFA%C3');
  assert.equal(routingPath('/%EF%BB%BFa'), '/\ufeffa');
});

test('semicolons separate, unless they are data', () => {
  assert.equal(cleanQuery('?a=1;;b=2', false), '?a=1&&b=2');
  assert.equal(cleanQuery('?a=1;;b=2', true), '?a=1%3B%3Bb=2');
  assert.equal(cleanQuery('', true), '');
});

test('a query holds no fragment, and nothing but ASCII', () => {
  assert.equal(cleanQuery('?a#b', false), '?a%23b');
  assert.equal(cleanQuery('?\xe9;', false), '?%E9&');
});

test('a host is lower-case and without port and brackets', () => {
  const cases = {
    'a.example': 'a.example',
    'A.Example.:81': 'a.example.',
    '[2001:DB8::5]:80': '2001:db8::5',
    '[::1]': '::1',
    '2001:db8::5': '2001:db8::5',
    'a:b:c': 'a:b:c',
    ':80': '',
    'a:': 'a',
    '[a]b:1': '[a]b:1',
    ' A ': 'a',
    '': '',
  };
  for (const [host, canonical] of Object.entries(cases)) assert.equal(canonicalHost(host), canonical, host);
});

test('encoded characters are denied one by one', () => {
  const all = {
    allowEncodedSlash: true,
    allowEncodedBackSlash: true,
    allowEncodedNullCharacter: true,
    allowEncodedSemicolon: true,
    allowEncodedPercent: true,
    allowEncodedQuestionMark: true,
    allowEncodedHash: true,
  };
  assert.equal(encodedCharacterFilter(all), undefined);
  const filter = encodedCharacterFilter({ ...all, allowEncodedSlash: false, allowEncodedHash: false });
  assert.equal(filter?.test('/a%2Fb'), true);
  assert.equal(filter?.test('/a%2fb'), true);
  assert.equal(filter?.test('/a%23b'), true);
  assert.equal(filter?.test('/a%5Cb%25'), false);
});
