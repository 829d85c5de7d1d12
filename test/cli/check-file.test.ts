import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFile } from '../../src/app/check/check-file.ts';
import { interpolate } from '../../src/app/check/interpolate.ts';

const check = (text: string, env = {}) => checkFile({ path: 'a.yml', text }, env);

test('a file of static options is checked as one', () => {
  const { kind, problems } = check('api: { insecur: true }');
  assert.equal(kind, 'static configuration');
  assert.deepEqual(
    problems.map(({ remedy }) => remedy),
    ['Did you mean "insecure"?'],
  );
});

test('a file of routing is checked as one, rules included', () => {
  const text = 'http:\n  routers:\n    r:\n      service: s\n      rule: Hots(`x`)\n';
  const { kind, problems } = check(text);
  assert.equal(kind, 'routing configuration');
  assert.deepEqual(
    problems.map(({ code, source }) => [code, source.line]),
    [['rule-wrong', 5]],
  );
});

test('in a Compose file the labels of each service are checked, with their lines', () => {
  const text = `services:
  good:
    labels:
      traefik.http.routers.g.rule: Host(\`\${NAME:-x}\`)
      traefik.http.services.g.loadbalancer.server.port: "80"
  bad:
    labels:
      - traefik.http.routers.b.entrypoint=web
  open:
    labels:
      traefik.http.services.o.loadbalancer.server.weight: \${WEIGHT}
`;
  const { kind, problems } = check(text);
  assert.equal(kind, 'Compose file');
  assert.deepEqual(
    problems.map(({ severity, source }) => [severity, source.container, source.line]),
    [
      ['error', 'bad', 8],
      ['warning', 'open', 11],
    ],
  );
});

test('in a Compose file the rules in labels are checked, with their lines', () => {
  const text = `services:
  quotes:
    labels:
      - traefik.http.routers.a.rule=Host('a.lan')
  several:
    labels:
      traefik.http.routers.B.Rule: Host(\`a\`,\`b\`)
  old:
    labels:
      - traefik.http.routers.c.rule=HostRegexp(\`{sub:[a-z]+}.lan\`)
  open:
    labels:
      - traefik.http.routers.d.rule=\${RULE}
  none:
    labels:
      - traefik.enable=true
`;
  assert.deepEqual(
    check(text).problems.map(({ code, severity, source }) => [code, severity, source.container, source.line]),
    [
      ['rule-wrong', 'error', 'quotes', 4],
      ['rule-wrong', 'error', 'several', 7],
      ['rule-suspicious', 'warning', 'old', 10],
      ['rule-wrong', 'warning', 'open', 13],
    ],
  );
});

test('in a Compose file the flags of the proxy are checked, too', () => {
  const text = 'services:\n  proxy:\n    image: traefik:v3\n    command:\n      - --api.insecur\n';
  const { problems } = check(text);
  assert.deepEqual(
    problems.map(({ source }) => [source.container, source.flag]),
    [['proxy', '--api.insecur']],
  );
});

for (const [text, filled, open] of [
  ['$$apr1', '$apr1', []],
  ['${A}-$A', '1-1', []],
  ['${B:-two}', 'two', []],
  ['${A:+set}', 'set', []],
  ['${B+set}', '', []],
  ['${B}', 'B', ['B']],
] as const)
  test(`Compose reads ${text} as ${JSON.stringify(filled)}`, () => {
    assert.deepEqual(interpolate(text, { A: '1' }), { text: filled, open });
  });
