import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConstraints } from '../../src/rules/parse-constraints.ts';
import { parseRule } from '../../src/rules/parse-rule.ts';

const problemOf = (text: string, syntax: 'v2' | 'v3' = 'v3', protocol: 'http' | 'tcp' = 'http') => {
  const parsed = parseRule(text, { syntax, protocol: protocol as 'http' });
  return 'problem' in parsed ? parsed.problem : undefined;
};

/** What people write, where it is wrong (line:column), and what they should write. */
const mistakes: [rule: string, place: string, remedy: RegExp][] = [
  ["Host('x.com')", '1:6', /^Write Host\(`x\.com`\)\.$/],
  ['Host(“x.com”)', '1:6', /^Write Host\(`x\.com`\)\.$/],
  ['Host(x.com)', '1:6', /^Write Host\(`x\.com`\)\. In a shell/],
  ['Host()', '1:1', /a shell removes back-ticks/],
  ['Host(\\`x.com\\`)', '1:6', /^Leave the backslash out/],
  ["'Host(`a`)'", '1:1', /outer quotes/],
  ['Host(`a`, `b`)', '1:1', /^Write Host\(`a`\) \|\| Host\(`b`\)\.$/],
  ['Path(`/`) && Headers(`A`, `b`)', '1:14', /^Write Header\(`A`, `b`\)\.$/],
  ['HeadersRegexp(`A`, `b`)', '1:1', /^Write HeaderRegexp\(`A`, `b`\)\.$/],
  ['HostHeader(`a`)', '1:1', /^Write Host\(`a`\)\.$/],
  ['hostRegexp(`a`)', '1:1', /^Write HostRegexp\(`a`\)\.$/],
  ['Colour(`red`)', '1:1', /^Use one of Host, /],
  ['Host:example.com', '1:1', /^Write Host\(`example\.com`\)\.$/],
  ['Host(`a`)\n|| Host(`b`)', '1:10', /^Move \|\| to the end of the line before\.$/],
  ['Host(`a`) AND Path(`/`)', '1:11', /^Write &&\.$/],
  ['Host(`a`) | Path(`/`)', '1:11', /^Write \|\|\.$/],
  ['Path(`x`)', '1:1', /^Write Path\(`\/x`\)\.$/],
  ['PathRegexp(`^/(?!x)`)', '1:1', /Look-around/],
  [
    'ClientIP(`10.0.0.1, 10.0.0.2`)',
    '1:1',
    /^Write ClientIP\(`10\.0\.0\.1`\) \|\| ClientIP\(`10\.0\.0\.2`\)\.$/,
  ],
  ['Host(`bücher.de`)', '1:1', /xn--/],
  ['Host("a\\.b")', '1:8', /back-ticks/],
];

for (const [rule, place, remedy] of mistakes) {
  test(`${JSON.stringify(rule)} is explained`, () => {
    const problem = problemOf(rule);
    assert.ok(problem);
    assert.equal(`${problem.line}:${problem.column}`, place);
    assert.match(problem.remedy ?? '', remedy);
    assert.match(problem.text, /\.$/);
  });
}

test('templates of the former syntax are accepted, with a warning that translates them', () => {
  const remedies = (text: string) => {
    const parsed = parseRule(text, { syntax: 'v3', protocol: 'http' });
    assert.ok('rule' in parsed);
    return parsed.warnings.map(({ remedy }) => remedy);
  };
  assert.deepEqual(remedies('HostRegexp(`{sub:[a-z]+}.x`)'), [
    'Write HostRegexp(`^(?:[a-z]+)\\.x$`), or set ruleSyntax to v2.',
  ]);
  assert.deepEqual(remedies('PathPrefix(`/u/{id}`)'), [
    'Write PathRegexp(`^/u/(?:[^/]+)`), or set ruleSyntax to v2.',
  ]);
  assert.deepEqual(remedies('PathRegexp(`^/[0-9]{2,3}$`)'), []);
});

test('TCP rules have matchers of their own', () => {
  assert.match(problemOf('Host(`a`)', 'v3', 'tcp')?.remedy ?? '', /HostSNI/);
  assert.ok(problemOf('ALPN(`acme-tls/1`)', 'v3', 'tcp'));
  assert.ok(problemOf('HostSNI(`a b`)', 'v3', 'tcp'));
});

test('the former syntax has mistakes of its own', () => {
  assert.ok(problemOf('Headers(`A`)', 'v2'));
  assert.ok(problemOf('Query(`a`)', 'v2'));
  assert.ok(problemOf('Path(`/{id`)', 'v2'));
  assert.ok(problemOf('Path(`/{id:}`)', 'v2'));
  assert.ok(problemOf('Host()', 'v2'));
});

test('constraints choose containers by their labels', () => {
  const accepts = (text: string, labels: Record<string, string>) => {
    const constraints = parseConstraints(text);
    return 'problem' in constraints ? constraints.problem.text : constraints.accepts(labels);
  };
  const text = 'Label(`tier`, `back`) || LabelRegex(`tier`, `^f`) && !Label(`zone`, `a`)';
  assert.equal(accepts(text, { tier: 'back', zone: 'a' }), true);
  assert.equal(accepts(text, { tier: 'front', zone: 'a' }), false);
  assert.equal(accepts(text, { tier: 'front' }), true);
  assert.equal(accepts('Label(`x`, ``)', {}), true);
  assert.equal(accepts('LabelRegex(`constructor`, `.`)', {}), false);
  assert.equal(accepts('LabelRegex(`x`, `(`)', { x: '(' }), false);
  assert.equal(accepts('', {}), true);
  assert.equal(accepts('Label(`x`)', {}), 'Label takes 2 values, not 1.');
  assert.equal(accepts('label(`x`, `y`)', {}), 'There is no function label.');
});
