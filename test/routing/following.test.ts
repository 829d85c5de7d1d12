import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { RoutingChange } from '../../src/routing/control/control-routing.ts';
import { createRouting, entryPoint, snapshot } from './control-bench.ts';

const options = {
  entryPoints: [entryPoint('web'), entryPoint('secure'), entryPoint('uplink', {}, 'uplink')],
};

/** Few names and few things to say, so that everything meets: what is missing, wrong, contradictory, shared. */
const plain = {
  rule: fc.constantFrom(
    'Host(`a.lan`)',
    'Host(`b.lan`) && PathPrefix(`/x`)',
    'Host(`{name}.lan`)',
    'Nonsense(',
  ),
  service: fc.constantFrom('one', 'two', 'none'),
  middlewares: fc.subarray(['strip', 'wrong', 'chain']),
  entryPoints: fc.subarray(['web', 'secure', 'missing']),
  tls: fc.constantFrom({}, { options: 'strict@file' }, { options: 'absent' }, { certResolver: 'acme' }),
};
const required = { requiredKeys: ['rule', 'service'] as ['rule', 'service'] };
const uplinks = fc.constantFrom(['api'], ['shop', 'api']);
const service = fc.constantFrom(
  { loadBalancer: { servers: [{ url: 'http://10.0.0.1:80' }] } },
  { loadBalancer: { servers: [{ url: 'http://10.0.0.2:80' }], healthCheck: { path: '/' } } },
  { weighted: { services: [{ name: 'two' }] } },
  { loadBalancer: { servers: [{ url: 'nowhere' }] } },
);
const middleware = fc.constantFrom(
  { stripPrefix: { prefixes: ['/x'] } },
  { stripPrefixRegex: { regex: ['['] } },
  { chain: { middlewares: ['strip'] } },
  { chain: { middlewares: ['chain'] } },
);
const some = <T>(names: readonly string[], value: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: names.length });
const common = {
  services: some(['one', 'two'], service),
  middlewares: some(['strip', 'wrong', 'chain'], middleware),
};
const inFile = fc.record({
  http: fc.record({
    ...common,
    routers: some(['r', 's', 't'], fc.record({ ...plain, uplinks }, required)),
    uplinks: some(['api'], fc.constantFrom({}, { exposeName: 'bank' })),
  }),
  tls: fc.record({ options: some(['strict'], fc.constant({ minVersion: 'VersionTLS13' })) }),
});
const inDocker = fc.record({
  http: fc.record({ ...common, routers: some(['r', 's'], fc.record(plain, required)) }),
});

/** Where shared memory lies depends on what lay there before. */
const content = (value: unknown) =>
  JSON.stringify(value, (key, item) => {
    if (key === 'cell' || key === 'health') return item?.words;
    return typeof item === 'bigint' ? String(item) : item;
  });

/** What workers have after all changes so far. */
class Records {
  readonly #records = new Map<string, string>();

  apply({ put, remove }: RoutingChange): string[] {
    for (const { kind, name } of remove)
      assert.ok(this.#records.delete(`${kind} ${name}`), `${kind} ${name}`);
    for (const { kind, name, value } of put) this.#records.set(`${kind} ${name}`, content(value));
    return [...this.#records].map((entry) => entry.join(' ')).sort();
  }
}

const shown = ({ runtime, problems, checks }: RoutingChange) => ({
  routers: runtime.routers.map(({ planned, status, errors }) => [planned.name, status, errors]),
  services: runtime.services.map(({ name, status, errors, usedBy }) => [name, status, errors, usedBy]),
  middlewares: runtime.middlewares.map(({ name, status, errors, usedBy }) => [name, status, errors, usedBy]),
  uplinks: runtime.uplinks,
  problems: problems.map(({ code, text, remedy }) => [code, text, remedy].join(' ')).sort(),
  checks: checks.map(({ element }) => element).sort(),
});

test('what has followed many changes is what is built at once from the last of them', async () => {
  const step = fc.tuple(inFile, inDocker);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      const following = await createRouting(options);
      const records = new Records();
      for (const [file, docker] of steps) {
        const snapshots = [snapshot('file', file), snapshot('docker', docker)];
        const change = following.update(snapshots);
        const fresh = (await createRouting(options)).update(snapshots);
        assert.deepEqual(records.apply(change), new Records().apply(fresh));
        assert.deepEqual(shown(change), shown(fresh));
      }
    }),
    { numRuns: 60 },
  );
});
