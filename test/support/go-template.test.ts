import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { define } from '../../src/support/go-template/functions.ts';
import { sprigFunctions } from '../../src/support/go-template/sprig/sprig-functions.ts';
import { parseTemplate } from '../../src/support/go-template/template.ts';
import { stringMap } from '../../src/support/go-template/values.ts';

interface Case {
  template: string;
  text?: string;
  fails?: 'reading' | 'running';
}

/** What Go's text/template made of each template, with the functions of Sprig 3.3. */
const cases: Case[] = JSON.parse(readFileSync(new URL('go-template.json', import.meta.url), 'utf8'));

const functions = {
  ...sprigFunctions({ now: () => new Date('2024-03-05T17:08:09Z'), variables: { HOME: '/root' } }),
  normalize: define(['string'], (text) => text.split(/[^\p{L}\p{N}]+/u).join('-')),
};
const model = {
  Name: 'my-cafe',
  ContainerName: 'my_cafe.1',
  Labels: stringMap({ b: '2', a: '1', 'traefik.enable': 'true', empty: '' }),
};

function run(source: string): { text: string } | { problem: string; when: string } {
  const parsed = parseTemplate(source, functions);
  if ('problem' in parsed) return { ...parsed, when: 'reading' };
  const result = parsed.template.execute(model);
  return 'problem' in result ? { ...result, when: 'running' } : result;
}

for (const { template, text } of cases) {
  test(`Go and we agree on ${JSON.stringify(template)}`, () => {
    const result = run(template);
    assert.equal('text' in result ? result.text : undefined, text);
  });
}

test('a mistake is found when the template is read, where Go finds it there', () => {
  const found = cases.filter(({ fails }) => fails === 'reading').map(({ template }) => run(template));
  for (const result of found)
    assert.ok('when' in result && result.when === 'reading', JSON.stringify(result));
});

test('the clock and the environment are those that were given', () => {
  assert.deepEqual(run('{{ now | dateInZone "2006-01-02 15:04:05" "UTC" }}'), {
    problem: 'error calling dateInZone: wrong type for value; expected string; got time.Time',
    when: 'running',
  });
  assert.deepEqual(run('{{ dateInZone "Mon 2006-01-02 15:04:05 -0700" now "UTC" }}'), {
    text: 'Tue 2024-03-05 17:08:09 +0000',
  });
  assert.deepEqual(run('{{ env "HOME" }} {{ expandenv "$HOME/x" }} {{ env "constructor" }}|'), {
    text: '/root /root/x |',
  });
});

const endless = {
  'a template that calls itself': '{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}',
  'a count without end': '{{ range 9000000000000000000 }}{{ end }}',
  'counts within counts': '{{ range 1000 }}{{ range 1000 }}{{ end }}{{ end }}',
  'a text that doubles':
    '{{ $x := "aaaaaaaa" }}{{ range 60 }}{{ $x = printf "%s%s" $x $x }}{{ end }}{{ $x }}',
  'a list that doubles': '{{ $x := list 1 }}{{ range 60 }}{{ $x = concat $x $x }}{{ end }}{{ len $x }}',
  'a huge repetition': '{{ repeat 1000000000 "x" }}',
  'a huge list': '{{ until 1000000000 }}',
  'a wide format': '{{ printf "%999999999d" 1 }}',
  'long texts searched over and over':
    '{{ $x := repeat 200000 "a" }}{{ range 10000 }}{{ contains "b" $x }}{{ end }}',
  'a costly pattern': '{{ regexMatch "(a+)+$" (printf "%sb" (repeat 100000 "a")) }}',
  'parentheses without end': '{{ '.padEnd(100_000, '(') + ' }}',
  'branches without end': '{{ if true }}'.repeat(10_000),
};

for (const [what, template] of Object.entries(endless)) {
  test(`${what} ends soon`, { timeout: 120_000 }, () => {
    assert.ok(run(template));
  });
}
