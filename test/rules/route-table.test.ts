import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../properties.ts';
import { parseRule } from '../../src/rules/parse-rule.ts';
import { RouteTable } from '../../src/rules/route-table.ts';
import { exchangeLike } from './exchange.ts';

function route(text: string, { priority = 0n, precedence = 0, name = text } = {}) {
  const parsed = parseRule(text, { syntax: 'v3', protocol: 'http' });
  assert.ok('rule' in parsed);
  const { rule } = parsed;
  return { rule, priority: priority || rule.defaultPriority, precedence, name, value: name };
}

function tableOf(...routes: ReturnType<typeof route>[]): RouteTable<string> {
  const table = new RouteTable<string>();
  for (const one of routes) table.add(one.name, one);
  return table;
}

const at = (host: string, path = '/') => exchangeLike({ host, path });

test('the higher priority wins, whatever the rule needs', () => {
  const table = tableOf(
    route('Host(`a.lan`)', { priority: 5n }),
    route('Host(`*.lan`)', { priority: 6n }),
    route('PathPrefix(`/x`)', { priority: 7n }),
    route('Host(`a.lan`) && Path(`/x/y`)', { priority: 8n }),
  );
  assert.equal(table.match(at('a.lan.', '/x/y')), 'Host(`a.lan`) && Path(`/x/y`)');
  assert.equal(table.match(at('A.lan', '/x')), 'PathPrefix(`/x`)');
  assert.equal(table.match(at('a.lan:80')), 'Host(`*.lan`)');
  assert.equal(table.match(at('b.lan')), 'Host(`*.lan`)');
  assert.equal(table.match(at('b.a.lan')), undefined);
});

test('priorities are compared as 64-bit integers', () => {
  const table = tableOf(
    route('Host(`a`)', { priority: 9007199254740992n, name: 'a' }),
    route('Host(`a`)', { priority: 9007199254740993n, name: 'b' }),
  );
  assert.equal(table.match(at('a')), 'b');
});

test('precedence decides before the name', () => {
  const table = tableOf(
    route('Host(`a`)', { precedence: 1, name: 'a' }),
    route('Host(`a`)', { name: 'c' }),
    route('Host(`a`)', { name: 'b' }),
  );
  assert.equal(table.match(at('a')), 'b');
});

test('what is removed or replaced no longer matches', () => {
  const table = tableOf(route('Host(`a`) || Host(`*.b`)', { name: 'x' }), route('Path(`/`)', { name: 'y' }));
  table.add('x', route('Host(`c`)', { name: 'x' }));
  assert.equal(table.match(at('a', '/a')), undefined);
  assert.equal(table.match(at('q.b', '/a')), undefined);
  assert.equal(table.match(at('c', '/a')), 'x');
  assert.equal(table.remove('y'), true);
  assert.equal(table.remove('y'), false);
  assert.equal(table.match(at('a')), undefined);
  assert.equal(table.size, 1);
});

const name = fc.constantFrom('a', 'b.a', 'c.b.a', '*.a', '*.b.a', '*');
const host = name.map((value) => `Host(\`${value}\`)`);
const leaf = fc.oneof(
  host,
  fc.constantFrom('Path(`/`)', 'PathPrefix(`/x`)', '!Host(`a`)', 'HostRegexp(`b`)'),
);
const rule = fc.oneof(
  leaf,
  fc.tuple(leaf, fc.constantFrom(' && ', ' || '), leaf).map((parts) => parts.join('')),
  fc.tuple(leaf, leaf, leaf).map(([one, two, three]) => `(${one} || ${two}) && ${three}`),
);
const change = fc.record({
  key: fc.integer({ min: 0, max: 8 }),
  rule: fc.option(rule),
  priority: fc.integer({ min: -2, max: 2 }),
  precedence: fc.integer({ min: 0, max: 1 }),
});

test('the index finds what asking every route in order finds', () => {
  const request = fc.tuple(
    fc.constantFrom('', 'a', 'b.a', 'c.b.a.', 'x.a', 'z'),
    fc.constantFrom('/', '/x', '/y'),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 20 }), request, (changes, [asked, path]) => {
      const table = new RouteTable<string>();
      const all = new Map<string, ReturnType<typeof route>>();
      for (const { key, rule: text, priority, precedence } of changes) {
        if (text === null) {
          assert.equal(table.remove(`${key}`), all.delete(`${key}`));
          continue;
        }
        const one = route(text, { priority: BigInt(priority), precedence, name: `${key}` });
        table.add(`${key}`, one);
        all.set(`${key}`, one);
      }
      const exchange = at(asked, path);
      const inOrder = [...all.values()].sort(
        (one, other) =>
          Number(other.priority - one.priority) ||
          one.precedence - other.precedence ||
          (one.name < other.name ? -1 : 1),
      );
      assert.equal(table.match(exchange), inOrder.find((one) => one.rule.matches(exchange))?.value);
    }),
  );
});
