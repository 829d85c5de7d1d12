import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/model/problem.ts';
import { type CliCommands, runCli } from '../../src/surfaces/cli/cli.ts';

const mistake: Problem = {
  code: 'wrong-value',
  severity: 'error',
  source: { file: 'a.yml', line: 3, column: 5 },
  text: 'This is wrong.',
  remedy: 'Write that.',
};

async function type(args: readonly string[], commands: Partial<CliCommands> = {}) {
  const seen = { out: '', err: '', started: undefined as readonly string[] | undefined };
  const all: CliCommands = {
    version: () => '1.2.3',
    flags: () => [{ flag: '--api', fallback: '', notYet: undefined }],
    schema: async (of) => `schema of ${of}`,
    check: async () => [],
    prepareRun: (given) => ({
      problems: [],
      start: async () => {
        seen.started = given;
        return 0;
      },
    }),
    ask: async () => ({ ok: true, value: {} }),
    prepareHealthcheck: () => ({ problems: [], ask: async () => ({ ok: true, text: 'OK' }) }),
    ...commands,
  };
  const terminal = {
    out: (text: string) => {
      seen.out += text;
    },
    err: (text: string) => {
      seen.err += text;
    },
  };
  const code = await runCli({ args, commands: all, terminal });
  return { code, ...seen };
}

for (const [args, options] of [
  [[], []],
  [
    ['--api', '-ping'],
    ['--api', '-ping'],
  ],
  [
    ['run', '--api', '--configFile', 'x'],
    ['--api', '--configFile', 'x'],
  ],
  [['traefik', '--api'], ['--api']],
  [['fairlead'], []],
] as const)
  test(`"${args.join(' ')}" runs the program with ${options.length} words`, async () => {
    const { code, started } = await type(args);
    assert.equal(code, 0);
    assert.deepEqual(started, options);
  });

test('a configuration that is refused starts nothing, says why, and answers 1', async () => {
  const { code, err } = await type(['--api'], {
    prepareRun: () => ({ problems: [mistake], start: undefined }),
  });
  assert.equal(code, 1);
  assert.match(err, /^error {4}a\.yml:3:5: This is wrong\.\n {9}Write that\.\n/);
});

for (const args of [['serve'], ['chekc', 'x'], ['check'], ['version', '--loud']])
  test(`"${args.join(' ')}" is not understood and answers 2`, async () => {
    const { code, err, started } = await type(args);
    assert.equal(code, 2);
    assert.equal(started, undefined);
    assert.match(err, /error:/);
  });

test('a mistyped command gets the right one shown', async () => {
  assert.match((await type(['chekc', 'x'])).err, /check/);
});

for (const args of [['--help'], ['-h'], ['help'], ['--api', '--help']])
  test(`"${args.join(' ')}" shows examples and exit codes`, async () => {
    const { code, out } = await type(args);
    assert.equal(code, 0);
    assert.match(out, /Examples:[\s\S]*fairlead check[\s\S]*Exit codes:/);
  });

for (const args of [['version'], ['--version']])
  test(`"${args.join(' ')}" prints the version`, async () => {
    assert.deepEqual(await type(args), { code: 0, out: '1.2.3\n', err: '', started: undefined });
  });

test('check goes through every file and answers 1 when one has an error', async () => {
  const { code, out } = await type(['check', 'a', 'b'], {
    check: async (paths) =>
      paths.map((path) => ({ path, kind: 'Compose file', problems: path === 'a' ? [mistake] : [] })),
  });
  assert.equal(code, 1);
  assert.equal(out, 'a (Compose file): 1 error\nb (Compose file): nothing is wrong\n');
});

test('check of files that cannot all be read judges none', async () => {
  const { code, out, err } = await type(['check', 'a', 'b'], {
    check: () => Promise.reject(Object.assign(new Error('no such file "b"'), { code: 'ENOENT' })),
  });
  assert.deepEqual([code, out, err], [1, '', 'error    A file cannot be read: no such file "b".\n']);
});

test('check with warnings alone answers 0', async () => {
  const problems: Problem[] = [{ ...mistake, severity: 'warning' }];
  const { code, out } = await type(['check', 'a'], {
    check: async () => [{ path: 'a', kind: 'x', problems }],
  });
  assert.deepEqual([code, out], [0, 'a (x): 1 warning\n']);
});

test('healthcheck passes its words on and answers by what it hears', async () => {
  let given: readonly string[] = [];
  const prepareHealthcheck: CliCommands['prepareHealthcheck'] = (args) => {
    given = args;
    return { problems: [], ask: async () => ({ ok: false, text: 'Bad.' }) };
  };
  const { code, err } = await type(['healthcheck', '--ping', '--configFile=x'], { prepareHealthcheck });
  assert.deepEqual([code, err, given], [1, 'Bad.\n', ['--ping', '--configFile=x']]);
  assert.equal((await type(['healthcheck'])).code, 0);
});

test('schema prints the one that was asked for', async () => {
  assert.equal((await type(['schema', 'routing'])).out, 'schema of routing\n');
  assert.equal((await type(['schema', 'other'])).code, 2);
});

test('options lists every static option', async () => {
  assert.equal((await type(['options'])).out, '--api\n');
});
