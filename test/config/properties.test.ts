/** Whatever people write, decoding answers; it never throws. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../properties.ts';
import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { loadStaticConfiguration } from '../../src/app/static-options/load.ts';
import { decodeTree } from '../../src/config/decode.ts';
import { documentOf, parseDocument } from '../../src/config/document.ts';
import { encodeLabels } from '../../src/config/encode.ts';
import { decodeLabels } from '../../src/config/labels.ts';
import type { ConfigNode } from '../../src/config/node.ts';
import { example } from './example-schema.ts';

const options = { root: 'traefik', prefixes: ['traefik.'], source: {} };
const pieces = [
  'http',
  'routers',
  'services',
  'middlewares',
  'r',
  'tls',
  'domains',
  '[0]',
  '0',
  'main',
  'rule',
  '',
  ']',
];
const piece = fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 }));
const label = fc.array(piece, { maxLength: 8 }).map((all) => ['traefik', ...all].join('.'));

test('labels of any kind are accepted or refused', () => {
  fc.assert(
    fc.property(fc.dictionary(label, fc.string()), (labels) => {
      const { value, problems } = decodeLabels(example, labels, options);
      assert.equal(
        value === undefined,
        problems.some(({ severity }) => severity === 'error'),
      );
    }),
  );
});

test('documents of any kind are accepted or refused', () => {
  const files = fc.constantFrom('a.yml', 'a.toml', 'a.json');
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('a: &a [*a]', '? {}\n: x', '<<: 3', '<<: [1, 2]'),
  );
  fc.assert(
    fc.property(text, files, (written, file) => {
      const { document, problems } = parseDocument(written, file);
      decodeTree(example, document);
      loadStaticConfiguration({ args: [`--configFile=${file}`], env: {}, readFile: () => written });
      assert.ok(problems.every(({ source }) => source.file === file));
    }),
  );
});

test('every key of a TOML file has the place where it is written', () => {
  const key = fc.string({ minLength: 1 }).filter((name) => !name.includes('.'));
  const { table } = fc.letrec<{ value: unknown; table: Record<string, unknown> }>((tie) => ({
    value: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()), tie('table')),
    table: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(table, (tree) => {
      const text = stringifyToml(tree);
      const lines = text.split('\n');
      const check = ({ name, place, children }: ConfigNode): void => {
        const written = lines[place.line! - 1]!.slice(place.column! - 1);
        if (!name.startsWith('[')) assert.equal(Object.keys(parseToml(`${firstKey(written)} = 0`))[0], name);
        children.forEach(check);
      };
      parseDocument(text, 'a.toml').document.children.forEach(check);
    }),
  );
});

const firstKey = (written: string): string =>
  /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)/.exec(written)?.[0] ?? '';

test('flags and variables of any kind are accepted or refused', () => {
  const env = fc.dictionary(
    fc.string({ maxLength: 8 }).map((name) => `TRAEFIK_${name}`),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          label.map((name) => `--${name}`),
        ),
      ),
      env,
      (args, variables) => {
        const { configuration, problems } = loadStaticConfiguration({
          args,
          env: variables,
          readFile: () => undefined,
        });
        assert.equal(
          configuration === undefined,
          problems.some(({ severity }) => severity === 'error'),
        );
      },
    ),
  );
});

test('whatever labels can say comes back from labels unchanged', () => {
  const name = fc.stringMatching(/^[a-z]{1,4}$/);
  const router = fc.record({
    rule: fc.string(),
    priority: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    entryPoints: fc.array(fc.stringMatching(/^[a-z]+$/), { minLength: 1 }),
    tls: fc.record({ domains: fc.array(fc.record({ main: name, sans: fc.array(name) }), { maxLength: 12 }) }),
  });
  fc.assert(
    fc.property(fc.dictionary(name, router, { noNullPrototype: true }), (routers) => {
      const { value } = decodeTree(example, documentOf({ http: { routers } }, {}));
      assert.ok(value);
      assert.deepEqual(decodeLabels(example, encodeLabels(example, value, 'traefik'), options).value, value);
    }),
  );
});
