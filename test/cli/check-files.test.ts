import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkFiles } from '../../src/app/check/check-files.ts';
import { interpolate } from '../../src/app/check/interpolate.ts';

async function check(text: string) {
  const [checked] = await checkFiles([{ path: 'a.yml', text }], {});
  assert.ok(checked);
  return checked;
}

test('a file of static options is checked as one', async () => {
  const { kind, problems } = await check('api: { insecur: true }');
  assert.equal(kind, 'static configuration');
  assert.deepEqual(
    problems.map(({ remedy }) => remedy),
    ['Did you mean "insecure"?'],
  );
});

test('a file of routing is checked as one, rules included', async () => {
  const text = 'http:\n  routers:\n    r:\n      service: s\n      rule: Hots(`x`)\n';
  const { kind, problems } = await check(text);
  assert.equal(kind, 'routing configuration');
  assert.deepEqual(
    problems.map(({ code, source }) => [code, source.line]),
    [
      ['rule-wrong', 5],
      ['router-disabled', 3],
    ],
  );
});

test('in a Compose file the labels of each service are checked, with their lines', async () => {
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
  const { kind, problems } = await check(text);
  assert.equal(kind, 'Compose file');
  assert.deepEqual(
    problems.map(({ severity, source }) => [severity, source.container, source.line]),
    [
      ['error', 'bad', 8],
      ['warning', 'open', 11],
    ],
  );
});

test('in a Compose file the rules in labels are checked, with their lines', async () => {
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
    (await check(text)).problems.map(({ code, severity, source }) => [
      code,
      severity,
      source.container,
      source.line,
    ]),
    [
      ['rule-wrong', 'error', 'quotes', 4],
      ['rule-wrong', 'error', 'several', 7],
      ['rule-suspicious', 'warning', 'old', 10],
      ['rule-wrong', 'warning', 'open', 13],
    ],
  );
});

test('in a Compose file the flags of the proxy are checked, too', async () => {
  const text = 'services:\n  proxy:\n    image: traefik:v3\n    command:\n      - --api.insecur\n';
  const { problems } = await check(text);
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

async function told(files: Readonly<Record<string, string>>): Promise<unknown[]> {
  const checked = await checkFiles(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    {},
  );
  return checked.flatMap(({ problems }) =>
    problems.map(({ severity, source: { file, line, element, label }, text, remedy }) => {
      const place = [`${file}:${line}`, label ?? element].join(' ');
      return [severity, place, text.replace(/^.*?: /, ''), remedy?.replace(/(?<=^Use one of).*/, '')];
    }),
  );
}

const elsewhere = (name: string) =>
  `Nothing that is checked here provides ${name}: make sure that something else does.`;

test('what a file names and no file has is an error, unless somebody else could have it', async () => {
  const text = `http:
  routers:
    shop: { rule: Host(\`a\`), service: shpo }
    auth: { rule: Host(\`b\`), service: shop, middlewares: [auth@docker, strip] }
    secure: { rule: Host(\`c\`), service: shop, tls: { options: strict } }
    child: { rule: Host(\`d\`), service: shop@multicluster, entryPoints: [any-name] }
    own: { rule: Host(\`e\`), service: api@internal }
    other: { rule: Host(\`f\`), service: shop@consul }
    users: { rule: Host(\`g\`), service: shop, middlewares: [users] }
    quick: { rule: Host(\`i\`), service: both }
    wrong: { rule: Hots(\`h\`), service: shop }
  services:
    shop: { loadBalancer: { servers: [{ url: http://10.0.0.1 }] } }
    fast: { loadBalancer: { serversTransport: fast, servers: [{ url: http://10.0.0.1 }] } }
    both: { weighted: { services: [{ name: shop }, { name: fast }] } }
  middlewares:
    strip: { stripPrefix: { prefixes: [/x] } }
    users: { basicAuth: { usersFile: /where/it/runs } }
tcp:
  routers:
    db: { rule: HostSNI(\`*\`), service: both@docker }
`;
  const noTransport = 'the serversTransport "fast@file" does not exist.';
  assert.deepEqual(await told({ 'a.yml': text }), [
    ['error', 'a.yml:11 router wrong@file', 'There is no matcher Hots.', 'Use one of'],
    [
      'error',
      'a.yml:3 router shop@file',
      'the service "shpo@file" does not exist.',
      'Did you mean "shop@file"?',
    ],
    [
      'warning',
      'a.yml:4 router auth@file',
      'the middleware "auth@docker" does not exist.',
      elsewhere('auth@docker'),
    ],
    ['error', 'a.yml:5 router secure@file', 'unknown TLS options: strict@file.', undefined],
    ['error', 'a.yml:8 router other@file', 'the service "shop@consul" does not exist.', undefined],
    ['error', 'a.yml:10 router quick@file', noTransport, undefined],
    ['error', 'a.yml:14 service fast@file', noTransport, undefined],
    ['error', 'a.yml:15 service both@file', noTransport, undefined],
    [
      'warning',
      'a.yml:21 tcp router db@file',
      'the service "both@docker" does not exist.',
      elsewhere('both@docker'),
    ],
  ]);
});

test('files are checked together, and labels name what files have', async () => {
  const compose = (middleware: string) => `services:
  shop:
    labels:
      - traefik.http.routers.shop.rule=Host(\`a\`)
      - traefik.http.routers.shop.middlewares=${middleware}
`;
  const file = 'http: { middlewares: { strip: { stripPrefix: { prefixes: [/x] } } } }\n';
  const label = 'traefik.http.routers.shop.middlewares';
  const missing = (name: string) => `the middleware "${name}" does not exist.`;
  assert.deepEqual(await told({ 'a.yml': compose('strip@file'), 'b.yml': file }), []);
  assert.deepEqual(await told({ 'a.yml': compose('strip@file') }), [
    ['warning', `a.yml:5 ${label}`, missing('strip@file'), elsewhere('strip@file')],
  ]);
  assert.deepEqual(await told({ 'a.yml': compose('stirp@file'), 'b.yml': file }), [
    ['error', `a.yml:5 ${label}`, missing('stirp@file'), 'Did you mean "strip@file"?'],
  ]);
  const other = compose('auth').replaceAll('routers.shop.', 'routers.other.');
  assert.deepEqual(await told({ 'a.yml': compose('strip@file'), 'c.yml': other, 'b.yml': file }), [
    [
      'warning',
      `c.yml:5 ${label.replace('shop', 'other')}`,
      missing('auth@docker'),
      elsewhere('auth@docker'),
    ],
  ]);
});
