import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeTree } from '../../src/config/decode.ts';
import { documentOf } from '../../src/config/document.ts';
import { encodeFlags, encodeLabels } from '../../src/config/encode.ts';
import { readFlags } from '../../src/config/flags.ts';
import { toJsonSchema } from '../../src/config/json-schema.ts';
import { keyNode, keyTree } from '../../src/config/key-tree.ts';
import { decodeLabels } from '../../src/config/labels.ts';
import { present } from '../../src/config/present.ts';
import { example } from './example-schema.ts';

function decoded(http: object) {
  const { value, problems } = decodeTree(example, documentOf({ http }, {}));
  assert.deepEqual(problems, []);
  return value as NonNullable<typeof value>;
}

const rich = decoded({
  routers: {
    r: { rule: 'x', priority: '9223372036854775806', tls: {}, entryPoints: ['a', 'b'] },
    q: { tls: { domains: Array.from({ length: 11 }, (_, at) => ({ main: `d${at}` })) } },
    bare: {},
  },
  services: {
    s: { loadBalancer: { servers: [{ port: '80', weight: 0 }], interval: '90s', passHostHeader: false } },
  },
  middlewares: {
    m: { headers: { custom: { 'X.Y': '1' } }, plugin: { P: { deep: { list: ['a', 'b'] } } } },
    n: { rateLimit: { average: 5, share: 0.5 } },
  },
});

test('what is encoded as labels decodes to the same', () => {
  const labels = encodeLabels(example, rich, 'traefik');
  const source = { provider: 'docker' };
  const { value, problems } = decodeLabels(example, labels, {
    root: 'traefik',
    prefixes: ['traefik.'],
    source,
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(value, rich);
});

test('what is encoded as flags decodes to the same', () => {
  const { values } = readFlags(example, encodeFlags(example, rich));
  const { tree } = keyTree(values, keyNode('', {}));
  assert.deepEqual(decodeTree(example, tree).value, rich);
});

test('defaults are not written', () => {
  const labels = encodeLabels(
    example,
    decoded({ services: { s: { loadBalancer: { interval: '100ms' } } } }),
    't',
  );
  assert.deepEqual(labels, { 't.http.services.s': 'true' });
});

test('a value is shown as in the API of Traefik', () => {
  assert.deepEqual(present(example, { http: { ...rich.http, routers: { r: rich.http.routers.r! } } }), {
    http: {
      routers: { r: { rule: 'x', entryPoints: ['a', 'b'], priority: 9223372036854775806n, tls: {} } },
      services: {
        s: {
          loadBalancer: { servers: [{ port: '80', weight: 0 }], interval: '1m30s', passHostHeader: false },
        },
      },
      middlewares: {
        m: { headers: { custom: { 'X.Y': '1' } }, plugin: { P: { deep: { list: ['a', 'b'] } } } },
        n: { rateLimit: { average: 5, share: 0.5 } },
      },
    },
  });
});

test('secrets are shown only when asked for', () => {
  const value = decoded({ middlewares: { m: { auth: { users: ['a:b'] } } } });
  const shown = (secrets: boolean) => JSON.stringify(present(example, value, { secrets }));
  assert.doesNotMatch(shown(false), /a:b/);
  assert.match(shown(true), /a:b/);
});

test('editors get a JSON Schema of the same options', () => {
  const schema = toJsonSchema(example, 'Example') as Record<string, any>;
  const { routers, services, middlewares } = schema.properties.http.properties;
  assert.equal(schema.title, 'Example');
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(routers.additionalProperties.properties.priority, { type: 'integer' });
  assert.equal(routers.additionalProperties.properties.tls.anyOf[1].type, 'boolean');
  const balancer = services.additionalProperties.properties.loadBalancer.properties;
  assert.equal(balancer.interval.default, '100ms');
  const { auth, later } = middlewares.additionalProperties.properties;
  assert.deepEqual(auth.properties.mode.enum, ['plain', 'strict']);
  assert.equal(auth.properties.users.writeOnly, true);
  assert.equal(later.anyOf[0].deprecated, true);
});
