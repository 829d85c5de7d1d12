import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listFlags } from '../../src/config/flag-list.ts';
import { readFlags } from '../../src/config/flags.ts';
import { readVariables } from '../../src/config/variables.ts';
import { example } from './example-schema.ts';

const pairs = (values: readonly { key: string; value: string }[]) =>
  values.map(({ key, value }) => [key, value]);

const flags: readonly [why: string, args: string[], expected: string[][]][] = [
  ['one dash is as good as two', ['-http.routers.r.rule=x=y'], [['http.routers.r.rule', 'x=y']]],
  ['a value may be the next word', ['--http.routers.r.rule', 'x'], [['http.routers.r.rule', 'x']]],
  [
    'true or false, or a structure, stands alone',
    ['--http.routers.r.tls', '--http.routers.r.observability.tracing'],
    [
      ['http.routers.r.tls', 'true'],
      ['http.routers.r.observability.tracing', 'true'],
    ],
  ],
  [
    'a list given again grows',
    ['--http.routers.r.entrypoints=a', '--http.Routers.r.EntryPoints=b'],
    [['http.routers.r.entrypoints', 'a,b']],
  ],
  [
    'of anything else the last one counts',
    ['--http.routers.r.rule=a', '--http.routers.r.RULE=b'],
    [['http.routers.r.rule', 'b']],
  ],
  ['a value may have several lines', ['--http.routers.r.rule=a\nb'], [['http.routers.r.rule', 'a\nb']]],
  ['two dashes alone end it', ['--http.routers.r.rule=a', '--', 'x'], [['http.routers.r.rule', 'a']]],
];

for (const [why, args, expected] of flags)
  test(`flags: ${why}`, () => {
    const { values, problems } = readFlags(example, args);
    assert.deepEqual(problems, []);
    assert.deepEqual(pairs(values), expected);
  });

const stray: readonly [args: string[], remedy: string | undefined][] = [
  [['http.routers.r.rule=x'], 'Did you mean --http.routers.r.rule=x?'],
  [['--http.routers.r.tls', 'false'], 'Did you mean --http.routers.r.tls=false?'],
  [['serve'], undefined],
];

for (const [args, remedy] of stray)
  test(`flags: "${args.join(' ')}" has a word too many`, () => {
    const { problems } = readFlags(example, args);
    assert.equal(problems[0]?.code, 'stray-argument');
    assert.equal(problems[0]?.remedy, remedy);
  });

test('flags: one without its value is named', () => {
  const { problems } = readFlags(example, ['--http.routers.r.rule']);
  assert.deepEqual(problems[0]?.source, { flag: '--http.routers.r.rule' });
});

test('the list of flags shows names, defaults and what is missing', () => {
  const known = new Map(listFlags(example).map((entry) => [entry.flag, entry]));
  assert.equal(known.get('--http.services.<name>.loadbalancer.interval')?.fallback, '100ms');
  assert.equal(known.get('--http.middlewares.<name>.later')?.notYet, 'it comes later');
  assert.ok(known.has('--http.routers.<name>.tls.domains[n].main'));
});

test('variables name options in capitals, with underscores for dots', () => {
  const env = {
    TRAEFIK_HTTP_ROUTERS_R_RULE: 'x',
    'TRAEFIK_HTTP_ROUTERS_R_TLS_DOMAINS[0]_MAIN': 'a',
    PATH: '/',
  };
  const { values, problems } = readVariables(example, env, ['TRAEFIK_']);
  assert.deepEqual(problems, []);
  assert.deepEqual(pairs(values), [
    ['http.routers.r.rule', 'x'],
    ['http.routers.r.tls.domains[0].main', 'a'],
  ]);
});

test('the first prefix wins, and a contradiction is told', () => {
  const env = {
    TRAEFIK_HTTP_ROUTERS_R_RULE: 'a',
    FAIRLEAD_HTTP_ROUTERS_R_RULE: 'b',
    TRAEFIK_HTTP_ROUTERS_Q_RULE: 'same',
    FAIRLEAD_HTTP_ROUTERS_Q_RULE: 'same',
  };
  const { values, problems } = readVariables(example, env, ['FAIRLEAD_', 'TRAEFIK_']);
  assert.deepEqual(pairs(values), [
    ['http.routers.r.rule', 'b'],
    ['http.routers.q.rule', 'same'],
  ]);
  assert.deepEqual(
    problems.map(({ code, source }) => [code, source.variable]),
    [['contradicting-variables', 'TRAEFIK_HTTP_ROUTERS_R_RULE']],
  );
});

test('a variable that names nothing is ignored and told', () => {
  const { values, problems } = readVariables(example, { TRAEFIK_HTP_X: '1' }, ['TRAEFIK_']);
  assert.deepEqual(values, []);
  assert.equal(problems[0]?.severity, 'warning');
  assert.equal(problems[0]?.remedy, 'Did you mean TRAEFIK_HTTP…?');
});
