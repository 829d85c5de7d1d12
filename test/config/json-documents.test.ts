import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDocument } from '../../src/config/document.ts';
import { readJson } from '../../src/config/json-document.ts';
import { parseYaml } from '../../src/config/yaml-document.ts';

const file = 'dynamic.json';

test('a text that is JSON becomes the tree that the reader of YAML makes of it, place by place', () => {
  const key = fc.string().filter((name) => name !== '<<');
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  const document = fc.dictionary(key, tree, { maxKeys: 4 });
  fc.assert(
    fc.property(document, fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assert.deepEqual(readJson(text, file), parseYaml(text, file).document);
    }),
    { numRuns: 300 },
  );
});

for (const [what, text] of [
  [
    'escapes, also of what has no character of its own',
    '{"a": "\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"}',
  ],
  ['a text that ends in backslashes', '{"a": "x\\\\", "b": "\\\\\\\\"}'],
  ['digits as they were written', '{"a": 1.50, "b": 9223372036854775807, "c": -1e+3, "d": 0}'],
  ['nothing at all', ' {\n} \n'],
  ['lines that end in any way', '{\r\n  "a": 1,\n\n"b":\n [ 1 , null ,2 ]}\r\n'],
] as const) {
  test(`${what} is read as in YAML`, () => {
    const { document, problems } = parseYaml(text, file);
    assert.deepEqual(problems, []);
    assert.deepEqual(readJson(text, file), document);
  });
}

for (const text of [
  '',
  'a: 1',
  '{a: 1}',
  '{"a": 1,}',
  '{"a": [1,]}',
  '{"a": 01}',
  '{"a": +1}',
  '{"a": yes}',
  "{'a': 1}",
  '{"a": "line\nbreak"}',
  '{"a": "\\x41"}',
  '{"a": 1} # a remark',
  '{"a": 1} {}',
  '{"a": 1, "a": 2}',
  '{"<<": {"a": 1}}',
  '{"a": "never closed}',
  '{"a" 1}',
  '[1]',
]) {
  test(`${JSON.stringify(text)} is left to the reader of YAML`, () => {
    assert.equal(readJson(text, file), undefined);
  });
}

test('what JSON does not know and YAML does is read all the same, and a mistake has its place', () => {
  const { document, problems } = parseDocument('{"a": 1, # why not\n b: 2}', file);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    document.children.map(({ name, value, place }) => [name, value, place.line]),
    [
      ['a', '1', 1],
      ['b', '2', 2],
    ],
  );
  const twice = parseDocument('{"a": 1,\n "a": 2}', file);
  assert.deepEqual(
    twice.problems.map(({ code, source }) => [code, source.line]),
    [['malformed-document', 2]],
  );
});

test('what is nested without end is refused', () => {
  const { problems } = parseDocument(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, file);
  assert.match(problems[0]!.text, /nested too deeply/);
});
