import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeTree } from '../../src/config/decode.ts';
import { documentOf, parseDocument } from '../../src/config/document.ts';
import { tomlPlaces } from '../../src/config/toml-places.ts';
import { example } from './example-schema.ts';

function decodeFile(text: string, file: string) {
  const { document, problems } = parseDocument(text, file);
  const decoded = decodeTree(example, document, { unknownRoot: 'warn' });
  return { value: decoded.value, problems: [...problems, ...decoded.problems] };
}

const expected = {
  http: {
    routers: {
      r: {
        rule: 'x',
        entryPoints: ['web', 'web,secure'],
        priority: 9223372036854775806n,
        tls: { options: '', domains: [{ main: 'a', sans: ['b', 'c'] }] },
      },
    },
    services: {
      s: {
        loadBalancer: { servers: [{ port: '80', weight: 0 }], interval: 90_000, passHostHeader: false },
        weighted: { services: [{ name: 's', weight: 3 }] },
      },
    },
    middlewares: { m: { plugin: { P: { Enabled: true, Sizes: [1, 2] } } } },
  },
};

const yaml = `
http:
  Routers:
    r: { rule: x, ENTRYPOINTS: [web, "web,secure"], priority: 9223372036854775806, tls: { domains: [{ main: a, sans: "b, c" }] } }
  services:
    s:
      loadBalancer: { servers: [{ port: 80, weight: 0 }], interval: 90, passHostHeader: false }
      weighted: { services: [{ name: s, weight: "3" }] }
  middlewares:
    m: { plugin: { P: { Enabled: true, Sizes: [1, 2] } }, headers: , auth: ~ }
`;

const toml = `
[http.routers.r]
  rule = "x"
  entryPoints = ["web", "web,secure"]
  priority = 9223372036854775806
  [[http.routers.r.tls.domains]]
    main = "a"
    sans = "b, c"
[http.services.s.loadBalancer]
  interval = "1m30s"
  passHostHeader = false
  [[http.services.s.loadBalancer.servers]]
    port = 80
    weight = 0
[http.services.s.weighted]
  services = [{ name = "s", weight = 3 }]
[http.middlewares.m.plugin.P]
  Enabled = true
  Sizes = [1, 2]
`;

const json = `{"http":{
  "routers":{"r":{"rule":"x","entryPoints":["web","web,secure"],"priority":9223372036854775806,
    "tls":{"domains":[{"main":"a","sans":["b","c"]}]}}},
  "services":{"s":{"loadBalancer":{"servers":[{"port":"80","weight":0}],"interval":"1m30s","passHostHeader":"f"},
    "weighted":{"services":[{"name":"s","weight":3}]}}},
  "middlewares":{"m":{"plugin":{"P":{"Enabled":true,"Sizes":[1,2]}},"headers":null}}}}`;

for (const [file, text] of Object.entries({ 'a.yml': yaml, 'a.yaml': yaml, 'a.TOML': toml, 'a.json': json }))
  test(`${file} is read by its extension`, () => {
    const { value, problems } = decodeFile(text, file);
    assert.deepEqual(problems, []);
    assert.deepEqual(value, expected);
  });

test('merge keys and aliases work, and own entries win', () => {
  const text = `
base: &base { rule: base, priority: 1 }
http: { routers: { r: { <<: *base, rule: own }, q: *base } }
`;
  const { value, problems } = decodeFile(text, 'a.yml');
  assert.deepEqual(value?.http.routers, {
    r: { rule: 'own', priority: 1n },
    q: { rule: 'base', priority: 1n },
  });
  assert.deepEqual(
    problems.map(({ code, severity }) => [code, severity]),
    [['unknown-option', 'warning']],
  );
});

test('aliases that unfold without end are refused', () => {
  const levels = Array.from({ length: 30 }, (_, at) => `l${at}: &l${at} [*l${at - 1}, *l${at - 1}]`);
  const text = ['l0: &l0 [x]', ...levels.slice(1)].join('\n');
  const { problems } = parseDocument(text, 'a.yml');
  assert.equal(problems.length, 1);
  assert.match(problems[0]?.text ?? '', /aliases/);
});

const misshapen: readonly [why: string, text: string, code: string, line: number][] = [
  ['an unknown option', 'http:\n  routers:\n    r:\n      rules: x', 'unknown-option', 4],
  ['an option given twice in two spellings', 'http:\n  routers: {}\n  Routers: {}', 'repeated-option', 3],
  ['a key given twice', 'http:\n  routers: {}\n  routers: {}', 'malformed-document', 3],
  ['a text in place of a structure', 'http:\n  routers:\n    r: x', 'wrong-shape', 3],
  ['a list in place of a structure', 'http: [a]', 'wrong-shape', 1],
  ['a list in place of a map', 'http:\n  routers: [a]', 'wrong-shape', 2],
  ['a structure in place of a text', 'http:\n  routers:\n    r:\n      rule: { a: b }', 'wrong-shape', 4],
  ['a list in place of a text', 'http:\n  routers:\n    r:\n      rule: [a]', 'wrong-shape', 4],
  [
    'structures in place of texts',
    'http:\n  routers:\n    r:\n      entryPoints: [{a: b}]',
    'wrong-shape',
    4,
  ],
  ['a wrong value', 'http:\n  routers:\n    r:\n      priority: soon', 'wrong-value', 4],
  ['something that is no YAML', 'http:\n  routers: [', 'malformed-document', 2],
  ['a text alone', 'just words', 'malformed-document', 1],
];

for (const [why, text, code, line] of misshapen)
  test(`a file: ${why} is refused with its line`, () => {
    const { value, problems } = decodeFile(text, 'a.yml');
    assert.deepEqual(
      problems
        .filter(({ severity }) => severity === 'error')
        .map((problem) => [problem.code, problem.source.line]),
      [[code, line]],
    );
    if (code !== 'malformed-document') assert.equal(value, undefined);
  });

test('mistakes in TOML have their line and column, too', () => {
  const { problems } = decodeFile('[http.routers.r]\nrule = "x"\n[http.routers.q]\n  rules = "x"', 'a.toml');
  assert.deepEqual(problems[0]?.source, { file: 'a.toml', line: 4, column: 3 });
  const broken = parseDocument('[http\n', 'a.toml');
  assert.equal(broken.problems[0]?.code, 'malformed-document');
  assert.equal(broken.problems[0]?.source.line, 1);
});

test('whatever stands in TOML is found where it stands', () => {
  const text = String.raw`# a comment = "[x]"
title = '''
[not.a.table]
key = 1'''   # [nor.this]
dates = [ 1979-05-27 07:32:00, { a = [1, 2], "b ]" = """x\""" }""""", }, ]

[ http . "routers" ] # as wide as you like
r.rule = "Host(\"a\") # no comment"
r.tls = { domains = [
  { main = "a" },   # one
  { main = "b" },
] }
[[list.of]]
x = 1
[[list.of]]
[list.of.below]
x = 2
[list]
late = true
`;
  const places = [...tomlPlaces(text)].map(([path, { line, column }]) => `${path} ${line}:${column}`);
  assert.equal(parseDocument(text, 'a.toml').problems[0]?.text, undefined);
  assert.deepEqual(places, [
    'title 2:1',
    'dates 5:1',
    'dates.[0] 5:11',
    'dates.[1] 5:32',
    'dates.[1].a 5:34',
    'dates.[1].a.[0] 5:39',
    'dates.[1].a.[1] 5:42',
    'dates.[1].b ] 5:46',
    'http 7:3',
    'http.routers 7:10',
    'http.routers.r 8:1',
    'http.routers.r.rule 8:3',
    'http.routers.r.tls 9:3',
    'http.routers.r.tls.domains 9:11',
    'http.routers.r.tls.domains.[0] 10:3',
    'http.routers.r.tls.domains.[0].main 10:5',
    'http.routers.r.tls.domains.[1] 11:3',
    'http.routers.r.tls.domains.[1].main 11:5',
    'list 13:3',
    'list.of 13:8',
    'list.of.[0] 13:8',
    'list.of.[0].x 14:1',
    'list.of.[1] 15:8',
    'list.of.[1].below 16:10',
    'list.of.[1].below.x 17:1',
    'list.late 19:1',
  ]);
});

test('a secret never stands in a message', () => {
  const { problems } = decodeFile(
    'http: { middlewares: { m: { auth: { users: [{ a: hunter2 }] } } } }',
    'a.yml',
  );
  assert.equal(problems.length, 1);
  assert.doesNotMatch(JSON.stringify(problems), /hunter2/);
});

test('plain values from elsewhere are read like a file', () => {
  const document = documentOf(
    { http: { routers: { r: { rule: 'x', entryPoints: null } } } },
    { child: 'eu-1' },
  );
  const { value } = decodeTree(example, document);
  assert.deepEqual(value?.http.routers, { r: { rule: 'x' } });
  const wrong = decodeTree(example, documentOf({ http: 3 }, { child: 'eu-1' }));
  assert.deepEqual(wrong.problems[0]?.source, { child: 'eu-1' });
});

for (const [file, text] of [
  ['deep.yml', '['.repeat(50_000)],
  ['deep.json', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ['deep.toml', `a = ${'['.repeat(50_000)}${']'.repeat(50_000)}`],
] as const)
  test(`${file} is refused without exhausting the stack`, () => {
    const { problems } = parseDocument(text, file);
    assert.ok(problems.length > 0 && problems.every(({ code }) => code === 'malformed-document'));
  });

test('plain values that are nested without end are refused, too', () => {
  let tree: unknown = 'x';
  for (let depth = 0; depth < 50_000; depth++) tree = { a: tree };
  const { value } = decodeTree(example, documentOf({ http: { middlewares: { m: { plugin: tree } } } }, {}));
  assert.equal(value?.http.routers.r, undefined);
});
