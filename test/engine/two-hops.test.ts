import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { count, lookUntil, request } from '../../examples/demo/traffic.ts';
import { TestContainers } from './containers.ts';
import { dockerAt, endpoint, noEngine } from './engine.ts';
import { type Child, Hosts } from './hosts.ts';

const shopLabels = (host: string, extra: Record<string, string> = {}) => ({
  host,
  'traefik.enable': 'true',
  'traefik.http.routers.shop.rule': 'Host(`shop.test`)',
  'traefik.http.services.shop.loadbalancer.server.port': '8080',
  'hub.uplinks': 'shop',
  ...extra,
});

describe('two children and a parent, with mutual TLS, on a real engine', { skip: noEngine }, () => {
  let containers: TestContainers;
  let hosts: Hosts;
  let east: Child;
  let parentPort: number;

  before(async () => {
    containers = await TestContainers.open(dockerAt(endpoint!));
    const addresses = { east: '127.0.1.1', west: '127.0.1.2' };
    hosts = await Hosts.open(Object.values(addresses));
    const mine = (host: string) =>
      `Label(\`test.mark\`, \`${containers.mark}\`) && Label(\`host\`, \`${host}\`)`;
    const child = (name: 'east' | 'west') =>
      hosts.child({ name, address: addresses[name], endpoint: endpoint!, constraints: mine(name) });
    east = await child('east');
    const west = await child('west');
    const shop = { rule: 'Host(`shop.test`)', service: 'shop@multicluster' };
    parentPort = await hosts.parent({ east, west }, { shop });
  });

  after(async () => {
    await hosts?.[Symbol.asyncDispose]();
    await containers?.[Symbol.asyncDispose]();
  });

  const expectSpread = async (port: number, expected: Record<string, number>) => {
    const requests = Object.values(expected).reduce((sum, n) => sum + n, 0);
    const wanted = JSON.stringify(Object.entries(expected).sort());
    const { seen } = await lookUntil(
      () => count(port, 'shop.test', requests),
      (counts) => JSON.stringify(Object.entries(counts).sort()) === wanted,
    );
    const logs = hosts.programs.map(({ name, log }) => `--- ${name}\n${log}`).join('\n');
    assert.deepEqual(seen, expected, logs);
  };

  test('the parent answers 503 for an uplink that no child offers yet', async () => {
    assert.equal((await request(parentPort, 'shop.test')).status, 503);
  });

  test('a started container is served by its child and by the parent', async () => {
    await containers.run({ name: 'one', labels: shopLabels('east') });
    await expectSpread(east.webPort, { one: 1 });
    await expectSpread(parentPort, { one: 1 });
  });

  test('the container sees the real client on both hops and no private header', async () => {
    const { body } = await request(parentPort, 'shop.test', '/path?query');
    assert.match(body, /^GET \/path\?query$/m);
    assert.match(body, /^Host: shop\.test$/im);
    assert.match(body, /^X-Forwarded-For: 127\.0\.0\.1/im);
    assert.doesNotMatch(body, /fairlead-uplink/i);
  });

  test('replicas are one service with two servers', async () => {
    await containers.run({ name: 'two', labels: shopLabels('east') });
    await expectSpread(east.webPort, { one: 3, two: 3 });
    await expectSpread(parentPort, { one: 3, two: 3 });
  });

  test('the same uplink from another host shares the load', async () => {
    await containers.stop('two');
    await containers.run({ name: 'three', labels: shopLabels('west') });
    await expectSpread(parentPort, { one: 3, three: 3 });
  });

  test('the weight of an uplink moves with a label', async () => {
    await containers.remove('three');
    await containers.run({ name: 'three', labels: shopLabels('west', { 'hub.uplinks.shop.weight': '4' }) });
    await expectSpread(parentPort, { one: 2, three: 8 });
  });

  test('a stopped container is gone from its child and from the parent', async () => {
    await containers.stop('one');
    await expectSpread(east.webPort, { 'status 404': 1 });
    await expectSpread(parentPort, { three: 4 });
    await containers.stop('three');
    await expectSpread(parentPort, { 'status 503': 1 });
  });

  test('a wrong label disturbs nothing else', async () => {
    await containers.start('one');
    const wrong = {
      host: 'east',
      'traefik.enable': 'true',
      'traefik.http.routers.bad.rul': 'Host(`bad.test`)',
    };
    await containers.run({ name: 'wrong', labels: wrong });
    await expectSpread(parentPort, { one: 2 });
  });

  test('whoever has no certificate gets no byte of HTTP from a child', async () => {
    await assert.rejects(fetch(`https://${east.uplink}/api/uplinks`));
  });
});
