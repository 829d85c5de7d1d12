import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { parseRule, type RuleSyntax } from '../../src/rules/parse-rule.ts';
import { exchangeLike } from './exchange.ts';

type Request = Parameters<typeof exchangeLike>[0];

function ruleOf(text: string, syntax: RuleSyntax = 'v3') {
  const parsed = parseRule(text, { syntax, protocol: 'http' });
  assert.ok('rule' in parsed, inspect(parsed));
  return parsed.rule;
}

function check(text: string, syntax: RuleSyntax, { yes, no }: { yes: Request[]; no: Request[] }) {
  test(`${text} (${syntax})`, () => {
    const rule = ruleOf(text, syntax);
    for (const request of yes)
      assert.equal(rule.matches(exchangeLike(request)), true, JSON.stringify(request));
    for (const request of no)
      assert.equal(rule.matches(exchangeLike(request)), false, JSON.stringify(request));
  });
}

const hosts = (...names: string[]) => names.map((host) => ({ host }));
const paths = (...list: string[]) => list.map((path) => ({ path }));
const queries = (...list: string[]) => list.map((query) => ({ query }));
const lines = (name: string, ...values: string[]) => ({
  headers: values.map((value) => [name, value] as const),
});
const from = (...list: string[]) => list.map((address) => ({ address }));

describe('matchers', () => {
  check('Host(`Plum.example`)', 'v3', {
    yes: hosts('plum.example', 'PLUM.example:81', 'plum.example.'),
    no: hosts('', 'a.plum.example', 'plum.example..', 'xplum.example'),
  });
  check('Host(`plum.example.`)', 'v3', { yes: hosts('plum.example', 'plum.example.'), no: hosts('plum') });
  check('Host(`*.fig.example`)', 'v3', {
    yes: hosts('a.fig.example', 'A.FIG.example:1', 'a.fig.example.', '.fig.example'),
    no: hosts('fig.example', 'a.b.fig.example', ''),
  });
  check('Host(`*`)', 'v3', { yes: hosts('', 'any.example'), no: [] });
  check('Host(`2001:db8::5`)', 'v3', {
    yes: hosts('[2001:db8::5]', '[2001:DB8::5]:80', '2001:db8::5'),
    no: hosts('2001'),
  });
  check('HostRegexp(`^[a-z]+\\.rowan$`)', 'v3', {
    yes: hosts('red.rowan:1'),
    no: hosts('a.red.rowan', 'red.rowan.', ''),
  });
  check('HostRegexp(`.*`)', 'v3', { yes: hosts('', 'a'), no: [] });
  check('Path(`/café`)', 'v3', { yes: paths('/caf%C3%A9'), no: paths('/cafe', '/caf%C3%A9/') });
  check('PathPrefix(`/api`)', 'v3', {
    yes: paths('/api', '/api/v1', '/apix'),
    no: paths('/', '/API', '/x/api'),
  });
  check('PathRegexp(`(?i)\\.PNG$`)', 'v3', { yes: paths('/a.png', '/a.PnG'), no: paths('/a.png/') });
  check('Method(`post`)', 'v3', { yes: [{ method: 'POST' }], no: [{ method: 'post' }, { method: 'GET' }] });
  check('Header(`x-team`, `rød`)', 'v3', {
    yes: [lines('X-Team', 'rÃ¸d'), lines('X-TEAM', 'blue', 'rÃ¸d')],
    no: [{}, lines('X-Team', 'rÃ¸d, blue')],
  });
  check('Header(`Host`, `a`)', 'v3', { yes: [], no: [{ host: 'a', ...lines('Host', 'a') }] });
  check('HeaderRegexp(`X-Tag`, `^.{2}$`)', 'v3', {
    yes: [lines('x-tag', 'abc', 'Ã¸Ã¸')],
    no: [lines('x-tag', 'abc'), {}],
  });
  check('Query(`lang`, `de`)', 'v3', {
    yes: queries('?lang=de', '?a&lang=en&lang=d%65', '?%6cang=de'),
    no: queries('', '?', '?lang', '?lang=DE', '?Lang=de', '?lang=de%', '?lang=de;x'),
  });
  check('Query(`q`)', 'v3', { yes: queries('?q', '?q=', '?a=1&q'), no: queries('?q=1', '?qq', '') });
  check('Query(`q`, `big tree é`)', 'v3', {
    yes: queries('?q=big+tree%20%C3%A9'),
    no: queries('?q=bigtree'),
  });
  check('QueryRegexp(`n`, `^\\d+$`)', 'v3', { yes: queries('?n=x&n=12'), no: queries('?n=1x', '?n') });
  check('ClientIP(`10.0.0.99/24`)', 'v3', { yes: from('10.0.0.1'), no: from('10.0.1.1', '::a00:1') });
  check('ClientIP(`::ffff:127.0.0.11`)', 'v3', { yes: from('127.0.0.11'), no: from('127.0.0.12') });
  check('ClientIP(`::/0`)', 'v3', { yes: from('2001:db8::1', '::1'), no: from('127.0.0.1') });
});

describe('operators', () => {
  check('!Path(`/a`) && (Host(`a`) || Host(`b`))', 'v3', {
    yes: [{ host: 'a' }, { host: 'b', path: '/b' }],
    no: [{ host: 'a', path: '/a' }, { host: 'c' }],
  });
  check('Host(`a`) && Path(`/x`) || Host(`a`) && Path(`/y`)', 'v3', {
    yes: [{ host: 'a', path: '/y' }],
    no: [{ host: 'a', path: '/z' }],
  });
});

describe('the former syntax', () => {
  check('Host(`a.lan`, `b.lan`)', 'v2', { yes: hosts('a.lan', 'B.lan.'), no: hosts('c.lan') });
  check('HostHeader(`a.lan`)', 'v2', { yes: hosts('a.lan'), no: hosts('b.lan') });
  check('HostRegexp(`{sub:[a-z]+}.lan`, `x`)', 'v2', {
    yes: hosts('ab.lan', 'AB.lan', 'x'),
    no: hosts('a.b.lan', 'a1.lan'),
  });
  check('HostRegexp(`{sub}.lan`)', 'v2', { yes: hosts('a1.lan'), no: hosts('a.b.lan', '.lan') });
  check('Path(`/item/{id:[0-9]{2}}`)', 'v2', { yes: paths('/item/12'), no: paths('/item/1', '/item/123') });
  check('PathPrefix(`/a.b/{x}/`)', 'v2', { yes: paths('/a.b/c/d'), no: paths('/axb/c/d', '/a.b/c') });
  check('Method(`get`, `PUT`)', 'v2', { yes: [{}, { method: 'PUT' }], no: [{ method: 'POST' }] });
  check('Headers(`A`, `1`) && HeadersRegexp(`B`, `^b`)', 'v2', {
    yes: [
      {
        headers: [
          ['a', '1'],
          ['b', 'bc'],
        ],
      },
    ],
    no: [lines('a', '1')],
  });
  check('Query(`a=b`, `c=`, `d={n:[0-9]+}`)', 'v2', {
    yes: queries('?a=b&c=x&d=5'),
    no: queries('?a=b&c=x&d=y', '?a=b&d=5'),
  });
  check('ClientIP(`10.0.0.1`, `10.1.0.0/16`)', 'v2', {
    yes: from('10.0.0.1', '10.1.2.3'),
    no: from('10.0.0.2'),
  });
});

test('names are accepted in four spellings', () => {
  for (const name of ['HostRegexp', 'hostregexp', 'HOSTREGEXP', 'Hostregexp']) ruleOf(`${name}(\`a\`)`);
});

test('the default priority is the length in bytes', () => {
  assert.equal(ruleOf('  Path(`/café`) ').defaultPriority, 17n);
});

test('domains are the hosts of the rule, negated or not', () => {
  const rule = ruleOf('!Host(`A.com`) && (Host(`*.b.com`) || Host(`*`)) && Host(`a.com`)');
  assert.deepEqual(rule.domains, ['a.com', '*.b.com']);
  assert.deepEqual(ruleOf('HostHeader(`x`, `y`)', 'v2').domains, ['x', 'y']);
});

test('required hosts are those without which the rule cannot match', () => {
  const required = (text: string) => ruleOf(text).requiredHosts;
  assert.deepEqual(required('Host(`A.com.`) && Path(`/`)'), ['a.com']);
  assert.deepEqual(required('Host(`a`) || Host(`*.b`)'), ['a', '*.b']);
  assert.deepEqual(required('(Host(`a`) || Host(`b`)) && Host(`c`)'), ['c']);
  assert.equal(required('Host(`a`) || Path(`/`)'), undefined);
  assert.equal(required('!Host(`a`)'), undefined);
  assert.equal(required('Host(`*`)'), undefined);
  assert.equal(required('HostRegexp(`a`)'), undefined);
});

describe('TCP rules', () => {
  const connection = (serverName: string | undefined, alpn: string[] = [], clientAddress = '10.0.0.1') => ({
    serverName,
    alpn,
    clientAddress,
  });
  const tcp = (text: string, syntax: RuleSyntax = 'v3') => {
    const parsed = parseRule(text, { syntax, protocol: 'tcp' });
    assert.ok('rule' in parsed, inspect(parsed));
    return parsed.rule;
  };

  test('server names', () => {
    assert.equal(tcp('HostSNI(`*`)').matches(connection(undefined)), true);
    assert.equal(tcp('HostSNI(`Db.lan.`)').matches(connection('db.lan')), true);
    assert.equal(tcp('HostSNI(`db.lan`)').matches(connection(undefined)), false);
    assert.equal(tcp('HostSNI(`*.lan`)').matches(connection('db.lan')), true);
    assert.equal(tcp('HostSNI(`*.lan`)').matches(connection('a.db.lan')), false);
    assert.equal(tcp('HostSNIRegexp(`^d`)').matches(connection('db.lan')), true);
    assert.equal(tcp('HostSNIRegexp(`{x:[a-z]+}.lan`)', 'v2').matches(connection('db.lan')), true);
    assert.equal(tcp('HostSNI(`a`, `b`)', 'v2').matches(connection('b')), true);
  });

  test('protocols and addresses', () => {
    assert.equal(tcp('ALPN(`mqtt`)').matches(connection('a', ['h2', 'mqtt'])), true);
    assert.equal(tcp('ALPN(`mqtt`) && ClientIP(`10.0.0.0/8`)').matches(connection('a', ['h2'])), false);
  });

  test('the catch-all comes last', () => {
    assert.deepEqual([tcp('HostSNI(`*`)').defaultPriority, tcp('HostSNI(`*`)').catchAll], [-1n, true]);
    assert.deepEqual([tcp('HostSNI(`a`)').defaultPriority, tcp('HostSNI(`a`)').catchAll], [12n, false]);
  });
});
