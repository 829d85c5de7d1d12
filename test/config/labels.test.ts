import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLabels } from '../../src/config/labels.ts';
import { example } from './example-schema.ts';

const decode = (labels: Record<string, string>) =>
  decodeLabels(example, labels, {
    root: 'traefik',
    prefixes: ['traefik.http'],
    source: { provider: 'docker', container: 'cafe' },
  });

/** Labels below `traefik.http.`, and the part of the result that they make. */
const accepted: readonly [why: string, labels: Record<string, string>, expected: object][] = [
  ['letter case of options does not count', { 'ROUTERS.r.RULE': 'x' }, { routers: { r: { rule: 'x' } } }],
  ['names keep their spelling', { 'routers.My-R_1.rule': 'x' }, { routers: { 'My-R_1': { rule: 'x' } } }],
  [
    'of two spellings of one option the one that sorts last counts',
    { 'routers.r.rule': 'lower', 'routers.r.RULE': 'upper' },
    { routers: { r: { rule: 'lower' } } },
  ],
  [
    'items of a list are trimmed and empty ones are kept',
    { 'routers.r.entrypoints': ' a ,,b, ' },
    { routers: { r: { rule: '', entryPoints: ['a', '', 'b', ''] } } },
  ],
  ['an empty list stays unset', { 'routers.r.entrypoints': '' }, { routers: { r: { rule: '' } } }],
  ['texts are taken as they are', { 'routers.r.rule': ' x ' }, { routers: { r: { rule: ' x ' } } }],
  [
    'priorities have 64 bits',
    { 'routers.r.priority': '9223372036854775807' },
    { routers: { r: { rule: '', priority: 9223372036854775807n } } },
  ],
  [
    'a name alone makes an empty element, whatever it says',
    { 'routers.r': 'anything' },
    { routers: { r: { rule: '' } } },
  ],
  [
    'a structure that may be empty can be a leaf',
    { 'routers.r.tls': 'TRUE' },
    { routers: { r: { rule: '', tls: { options: '', domains: [] } } } },
  ],
  [
    'it is off when the leaf says anything else, whatever stands below',
    { 'routers.r.tls': '1', 'routers.r.tls.options': 'x' },
    { routers: { r: { rule: '' } } },
  ],
  [
    'elements come in the order of the texts of their indices',
    { 'routers.r.tls.domains[2].main': 'two', 'routers.r.tls.domains[10].main': 'ten' },
    {
      routers: {
        r: {
          rule: '',
          tls: {
            options: '',
            domains: [
              { main: 'ten', sans: [] },
              { main: 'two', sans: [] },
            ],
          },
        },
      },
    },
  ],
  [
    'an index may be a piece of its own',
    { 'routers.r.tls.domains.0.main': 'a', 'routers.r.tls.domains.0.sans': 'b,c' },
    { routers: { r: { rule: '', tls: { options: '', domains: [{ main: 'a', sans: ['b', 'c'] }] } } } },
  ],
  [
    'any piece counts as an index',
    { 'routers.r.tls.domains.main': 'a' },
    { routers: { r: { rule: '', tls: { options: '', domains: [{ main: '', sans: [] }] } } } },
  ],
  [
    'a list of structures as a leaf is empty',
    { 'routers.r.tls.domains': 'a' },
    { routers: { r: { rule: '', tls: { options: '', domains: [] } } } },
  ],
  [
    'servers go by their singular name',
    { 'services.s.loadbalancer.server.port': '80' },
    {
      services: {
        s: { loadBalancer: { servers: [{ port: '80' }], interval: 100, passHostHeader: true } },
      },
    },
  ],
  [
    'keys of texts may hold dots and keep their case',
    { 'middlewares.m.headers.custom.X.Y': '1', 'middlewares.m.headers.custom.x-Z': '2' },
    { middlewares: { m: { headers: { custom: { 'X.Y': '1', 'x-Z': '2' } }, plugin: {} } } },
  ],
  [
    'the options of plugins are free, with texts as leaves',
    { 'middlewares.m.plugin.P.Some[1].x': 'b', 'middlewares.m.plugin.P.Some[0].x': 'true' },
    { middlewares: { m: { plugin: { P: { Some: [{ x: 'true' }, { x: 'b' }] } } } } },
  ],
  [
    'options that are hidden have no effect, not even with wrong values',
    { 'services.s.weighted.services[0].weight': 'abc' },
    { services: { s: {} } },
  ],
  ['a hidden option may be a leaf', { 'services.s.weighted': 'abc' }, { services: { s: {} } }],
];

for (const [why, labels, expected] of accepted)
  test(`labels: ${why}`, () => {
    const prefixed = Object.fromEntries(
      Object.entries(labels).map(([name, value]) => [`traefik.http.${name}`, value]),
    );
    const { value, problems } = decode(prefixed);
    assert.deepEqual(problems, []);
    assert.deepEqual(value, { http: { routers: {}, services: {}, middlewares: {}, ...expected } });
  });

const refused: readonly [why: string, label: string, value: string][] = [
  ['an unknown option', 'traefik.http.routers.r.rules', 'x'],
  ['an unknown section', 'traefik.httpx.y', '1'],
  ['an option of version 1', 'traefik.http.routers.r.frontend.rule', 'x'],
  ['a space after the name', 'traefik.http.routers.r.rule ', 'x'],
  ['a root in other letters', 'Traefik.http.routers.r.rule', 'x'],
  ['an empty piece', 'traefik.http.routers..rule', 'x'],
  ['a dot at the end', 'traefik.http.routers.r.rule.', 'x'],
  ['an index without a name', 'traefik.http.routers.[0].rule', 'x'],
  ['an index on a name that has none', 'traefik.http.routers.r[0].rule', 'x'],
  ['an index that only ends', 'traefik.http.routers.r0].rule', 'x'],
  ['a structure as a leaf', 'traefik.http', 'true'],
  ['an inner structure as a leaf', 'traefik.http.routers.r.observability', 'true'],
  ['a map as a leaf', 'traefik.http.middlewares.m.plugin', 'x'],
  ['something below a single value', 'traefik.http.routers.r.rule.x', 'y'],
  ['something below an item', 'traefik.http.routers.r.entrypoints[0].x', 'y'],
  ['a number with a space', 'traefik.http.middlewares.m.ratelimit.average', ' 5'],
  ['an empty number', 'traefik.http.middlewares.m.ratelimit.average', ''],
  ['a number in another base', 'traefik.http.middlewares.m.ratelimit.average', '0x10'],
  ['a number in words', 'traefik.http.middlewares.m.ratelimit.average', 'many'],
  ['a fraction that is none', 'traefik.http.middlewares.m.ratelimit.share', '1,5'],
  ['more than 64 bits', 'traefik.http.routers.r.priority', '9223372036854775808'],
  ['a flag in words', 'traefik.http.routers.r.observability.tracing', 'yes'],
  ['an empty flag', 'traefik.http.routers.r.observability.tracing', ''],
  ['an empty duration', 'traefik.http.services.s.loadbalancer.interval', ''],
  ['a value beyond its limits', 'traefik.http.services.s.loadbalancer.server.weight', '101'],
  ['a value that is no choice', 'traefik.http.middlewares.m.auth.mode', 'strikt'],
  ['the plural of servers', 'traefik.http.services.s.loadbalancer.servers[0].port', '80'],
  ['servers with an index', 'traefik.http.services.s.loadbalancer.server[0].port', '80'],
  ['servers as a leaf', 'traefik.http.services.s.loadbalancer.server', '80'],
  ['an unknown name below a hidden option', 'traefik.http.services.s.weighted.nope', '1'],
  ['something below a hidden value', 'traefik.http.services.s.weighted.services[0].name.x', '1'],
];

for (const [why, label, value] of refused)
  test(`labels: ${why} rejects the container and is named`, () => {
    const result = decode({ [label]: value });
    assert.equal(result.value, undefined);
    assert.equal(result.problems.length, 1);
    assert.equal(result.problems[0]?.severity, 'error');
    assert.deepEqual(result.problems[0]?.source, { provider: 'docker', container: 'cafe', label });
  });

test('labels that are not meant for us are left alone', () => {
  const { value, problems } = decode({ 'traefik.docker.x': '1', 'TRAEFIK.other': 'x', homepage: 'y' });
  assert.deepEqual(problems, []);
  assert.deepEqual(value?.http.routers, {});
});

test('all mistakes of a container are told at once, with what was meant', () => {
  const { problems } = decode({
    'traefik.http.routers.r.entrypoint': 'web',
    'traefik.http.routers.r.priority': 'high',
    'traefik.http.middlewares.m.auth.mode': 'strikt',
  });
  assert.deepEqual(
    problems.map(({ text, remedy }) => [text, remedy]),
    [
      [
        'traefik.http.middlewares.m.auth.mode ("strikt"): must be one of plain, strict.',
        'Did you mean "strict"?',
      ],
      ['There is no option "entrypoint" in traefik.http.routers.r.', 'Did you mean "entryPoints"?'],
      ['traefik.http.routers.r.priority: "high" is not a whole number of at most 64 bits.', undefined],
    ],
  );
});

test('a list written with indices is accepted, stays unset, and says so', () => {
  const { value, problems } = decode({ 'traefik.http.middlewares.m.stripprefix.prefixes[0]': '/a' });
  assert.deepEqual(value?.http.middlewares.m?.stripPrefix?.prefixes, ['/']);
  assert.deepEqual(
    problems.map(({ code, severity }) => [code, severity]),
    [['indexed-list', 'warning']],
  );
});

test('an option that is not there yet is accepted and named', () => {
  const { value, problems } = decode({ 'traefik.http.middlewares.m.later': 'true' });
  assert.deepEqual(value?.http.middlewares.m?.later, { size: 0 });
  assert.deepEqual(problems[0]?.text, 'traefik.http.middlewares.m.later has no effect: it comes later.');
});

test('the name of a prototype is a name like any other', () => {
  const { value } = decode({ 'traefik.http.routers.__proto__.rule': 'x' });
  assert.deepEqual(Object.keys(value?.http.routers ?? {}), ['__proto__']);
});

test('a label without end is refused', () => {
  const { value, problems } = decode({
    [`traefik.http.middlewares.m.headers.custom${'.x'.repeat(100_000)}`]: '1',
  });
  assert.equal(value, undefined);
  assert.equal(problems.length, 1);
});

test('an option in the wrong place is found where it belongs', () => {
  const { problems } = decode({ 'traefik.http.services.s.loadbalancer.port': '80' });
  assert.equal(problems[0]?.remedy, 'Did you mean "server.port"?');
});
