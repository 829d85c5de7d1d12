import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from '../properties.ts';
import { RE2JS } from 're2js';
import { AutomatonEngine, NativeEngine } from '../../src/support/go-regexp/engine.ts';
import { nativeSource } from '../../src/support/go-regexp/native-source.ts';
import { GoRegexpError, goRegexp, quoteMeta } from '../../src/support/go-regexp.ts';

interface Case {
  pattern: string;
  text: string;
  template: string;
  error?: string;
  groups: string[] | null;
  all: string[] | null;
  split: string[];
  replaced: string;
}

/** What Go's regexp package answers. */
const cases: Case[] = JSON.parse(readFileSync(new URL('go-regexp.json', import.meta.url), 'utf8'));

for (const { pattern, text, template, error, ...expected } of cases) {
  test(`Go and we agree on ${JSON.stringify(pattern)} in ${JSON.stringify(text)}`, () => {
    if (error !== undefined) {
      assert.throws(() => goRegexp(pattern), GoRegexpError);
      return;
    }
    const regexp = goRegexp(pattern);
    assert.deepEqual(regexp.groups(text)?.map((group) => group ?? '') ?? null, expected.groups);
    assert.equal(regexp.test(text), expected.groups !== null);
    assert.deepEqual(regexp.findAll(text), expected.all ?? []);
    assert.deepEqual(regexp.split(text), expected.split);
    assert.equal(regexp.replaceAll(text, template), expected.replaced);
  });
}

test('quoted text matches itself alone', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(goRegexp(`^${quoteMeta(text)}$`).test(text), true);
      assert.equal(goRegexp(`^${quoteMeta(text)}$`).test(`${text}x`), false);
    }),
  );
});

describe('the platform takes over', () => {
  const taken = [
    '^/api/(v[0-9]+)/',
    '^.+\\.example\\.com$',
    '(?i)robot/\\d',
    '^/foo(/|$)',
    '/v\\d+/items',
    '^/([^/]+)/(.*)$',
  ];
  for (const pattern of taken) test(`${pattern} is simple`, () => assert.ok(nativeSource(pattern)));

  const left = [
    '(a+)+$',
    '^(\\w+\\s?)*$',
    '.*foo',
    '^a.*b.*c',
    '^(a?){20}b',
    '\\bfoo',
    '[[:alpha:]]',
    '^(a|b)*c',
    'a|^b',
    'x+$',
  ];
  for (const pattern of left)
    test(`${pattern} is not simple`, () => assert.equal(nativeSource(pattern), undefined));
});

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '\\d',
  '[ab]',
  '[^a]',
  '\\w',
  '\\s',
  '/',
  '\\.',
  'é',
  'k',
  '[a-c\\d]',
  '(a|b)',
  '(?:ab|c)',
  '(a?)',
  '$',
);
const piece = fc
  .tuple(atom, fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '*?', '+?', '??'))
  .map((parts) => parts.join(''));
const branch = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
const simplePattern = fc
  .tuple(fc.constantFrom('', '(?i)', '(?s)', '(?is)'), fc.constantFrom('', '^'), branch, fc.option(branch))
  .map(
    ([flags, anchor, one, other]) => `${flags}${anchor}${other === null ? one : `${one}|${anchor}${other}`}`,
  )
  .filter((pattern) => nativeSource(pattern) !== undefined);
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'A', 'K', '\u212a', '1', '/', '.', ' ', '\n', '\r', 'é', '😀'), {
    maxLength: 10,
  })
  .map((parts) => parts.join(''));

test('the platform and the automaton find the same', () => {
  fc.assert(
    fc.property(simplePattern, text, fc.nat(3), (pattern, subject, from) => {
      const native = new NativeEngine(nativeSource(pattern)!);
      const automaton = new AutomatonEngine(RE2JS.compile(pattern));
      assert.equal(native.test(subject), automaton.test(subject));
      const start = Math.min(from, subject.search(/😀|$/));
      const [one, other] = [native.search(subject, start), automaton.search(subject, start)];
      assert.deepEqual(one && { ...one, groups: [...one.groups] }, other);
    }),
    { numRuns: 2000 },
  );
});

test('no simple pattern takes long', { timeout: 300_000 }, () => {
  const long = ['a', 'ab', 'a/', '1.', ' a', 'k\n'].map((part) => `${part.repeat(10_000)}!`);
  fc.assert(
    fc.property(simplePattern, fc.constantFrom(...long), (pattern, subject) => {
      const start = process.cpuUsage();
      new NativeEngine(nativeSource(pattern)!).test(subject);
      assert.ok(process.cpuUsage(start).user < 2_000_000, pattern);
    }),
    { numRuns: 200 },
  );
});
