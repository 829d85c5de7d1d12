import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Container } from '../../../src/providers/docker/container.ts';
import { ContainerTranslator } from '../../../src/providers/docker/container-translator.ts';
import { containersOf, optionsOf, type Short } from './containers.ts';

const around = { hostAddress: '127.0.0.1', ownContainer: undefined };
const fresh = () => new ContainerTranslator(optionsOf({}));

/** Few names, so that containers meet: replicas, contradictions, uplinks, networks of others, wrong labels. */
const kinds: readonly ((name: string, turn: string) => Short)[] = [
  (name, turn) => ({ name, labels: { 'traefik.http.routers.r.rule': `Host(\`${turn}\`)` } }),
  (name) => ({ name, labels: { 'traefik.http.services.app.loadbalancer.server.port': '8080' } }),
  (name, turn) => ({ name, labels: { 'traefik.http.services.app.loadbalancer.server.port': turn } }),
  (name, turn) => ({ name, labels: { 'hub.uplinks': turn } }),
  (name) => ({ name, networkMode: 'container:a', labels: { 'traefik.enable': 'true' } }),
  (name) => ({ name, labels: { 'traefik.http.routers.r.entrypoint': 'web' } }),
];

test('a translator that follows containers says what one says that meets them for the first time', () => {
  const one = fc.tuple(
    fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    fc.nat(kinds.length - 1),
    fc.constantFrom('1', '2'),
  );
  const scene = fc.uniqueArray(one, { selector: ([name]) => name, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(scene, { minLength: 1, maxLength: 5 }), (scenes) => {
      const known = new Map<string, Container>();
      const translator = fresh();
      for (const said of scenes) {
        const containers = said.map(([name, kind, turn]) => {
          const key = `${name} ${kind} ${turn}`;
          const [container] = containersOf([{ id: name.repeat(64), ...kinds[kind]!(name, turn) }]);
          if (!known.has(key)) known.set(key, container!);
          return known.get(key)!;
        });
        assert.deepEqual(translator.snapshot(containers, around), fresh().snapshot(containers, around));
      }
    }),
    { numRuns: 150 },
  );
});

test('a container that changes makes its own elements anew, and touches no other kind of them', () => {
  const rule = (host: string) => ({
    'traefik.http.routers.changing.rule': `Host(\`${host}\`)`,
    'traefik.http.services.app.loadbalancer.server.port': '80',
  });
  const [still, before, after] = containersOf([
    { name: 'still' },
    { name: 'changing', labels: rule('a.lan') },
    { name: 'changing', id: 'f'.repeat(64), labels: rule('b.lan') },
  ]);
  const translator = fresh();
  const first = translator.snapshot([still!, before!], around).configuration;
  const again = translator.snapshot([still!, before!], around).configuration;
  assert.equal(again, first);
  const second = translator.snapshot(
    [still!, { ...after!, networks: before!.networks }],
    around,
  ).configuration;
  assert.equal(second.http.services, first.http.services);
  assert.notEqual(second.http.routers, first.http.routers);
  assert.equal(second.http.routers['still'], first.http.routers['still']);
  assert.equal(second.http.routers['changing']?.rule, 'Host(`b.lan`)');
});
