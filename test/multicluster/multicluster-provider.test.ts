import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/support/clock.ts';
import { Pki } from '../tls/pki.ts';
import { Parent } from './parent.ts';
import { listing, ScriptedChild } from './scripted-child.ts';

const api = { name: 'api', weight: 80 };
const shop = { name: 'shop', weight: 20 };
const serving = (script: ScriptedChild['script']) => new ScriptedChild(script).listen();

test('the first snapshot holds what all children said', async () => {
  await using east = await serving(listing([api]));
  await using west = await serving(listing([shop]));
  const children = { east: { address: east.address }, west: { address: west.address } };
  await using parent = await new Parent({ children }).start();
  assert.deepEqual(parent.services, ['api', 'api-east', 'api@east', 'shop', 'shop-west', 'shop@west']);
  assert.deepEqual(parent.problems, []);
  const { services, serversTransports } = parent.latest.configuration.http;
  assert.deepEqual(services.api?.weighted, { services: [{ name: 'api@east@multicluster', weight: 80 }] });
  assert.deepEqual(services['api-east']?.loadBalancer?.servers, [
    { url: east.address, preservePath: false, uplink: 'api' },
  ]);
  assert.equal(services['api-east']?.loadBalancer?.serversTransport, 'multicluster-east');
  assert.equal(serversTransports['multicluster-east']?.maxIdleConnsPerHost, 200);
  assert.deepEqual(parent.latest.origins.get('service api-east@multicluster'), {
    provider: 'multicluster',
    child: 'east',
  });
});

test('an uplink is looked after as its child says, in both services that lead there, and no other is', async () => {
  await using east = await serving(listing([{ ...api, healthCheck: { path: '/live', interval: '2s' } }]));
  await using west = await serving(listing([api]));
  const children = { east: { address: east.address }, west: { address: west.address } };
  await using parent = await new Parent({ children }).start();
  const checked = Object.entries(parent.latest.configuration.http.services).flatMap(([name, service]) => {
    const { path, interval } = service.loadBalancer?.healthCheck ?? {};
    return path === undefined ? [] : [[name, path, interval]];
  });
  assert.deepEqual(checked, [
    ['api-east', '/live', 2_000],
    ['api@east', '/live', 2_000],
  ]);
});

test('a child that says nothing delays nobody, and one that is away is a problem of its own', async () => {
  await using east = await serving(listing([api]));
  await using silent = await serving(() => {});
  const children = {
    silent: { address: silent.address },
    away: { address: 'http://127.0.0.1:1' },
    east: { address: east.address },
  };
  const startedAt = performance.now();
  await using parent = await new Parent({ children }, { clock: systemClock }).start();
  assert.ok(performance.now() - startedAt < 30_000);
  assert.ok(parent.services.includes('api'));
  assert.deepEqual(parent.problems, [['child-unreachable', 'away']]);
});

test('the answer of one child never touches what another said, and what has not changed stays one object', async () => {
  await using east = await serving(listing([api]));
  await using west = await serving(listing([shop]));
  const children = { east: { address: east.address }, west: { address: west.address } };
  await using parent = await new Parent({ children }).start();
  const before = parent.latest.configuration.http;
  west.script = listing([]);
  await parent.until(() => !parent.services.includes('shop'));
  const after = parent.latest.configuration.http;
  assert.deepEqual(parent.services, ['api', 'api-east', 'api@east']);
  assert.equal(after.services.api, before.services.api);
  assert.equal(after.services['api-east'], before.services['api-east']);
  assert.equal(after.serversTransports['multicluster-east'], before.serversTransports['multicluster-east']);
});

test('a child that fails in whatever way keeps its last good uplinks, and is told once', async () => {
  await using east = await serving(listing([api]));
  await using parent = await new Parent({ children: { east: { address: east.address } } }).start();
  const scripts: [code: string, script: ScriptedChild['script']][] = [
    ['child-status-wrong', (_, response) => response.writeHead(500).end()],
    [
      'child-answer-wrong',
      (_, response) => response.setHeader('content-type', 'application/json').end('[{"na'),
    ],
    ['child-answer-wrong', listing([{ name: 7 }])],
    ['child-unreachable', (_, response) => response.destroy()],
  ];
  for (const [code, script] of scripts) {
    east.script = script;
    await parent.until(() => parent.problems.length === 1 && parent.problems[0]?.[0] === code);
    assert.deepEqual(parent.services, ['api', 'api-east', 'api@east']);
    assert.match(parent.latest.problems[0]!.text, /What it last advertised stays in use/);
    const [delivered, asked] = [parent.snapshots.length, east.requests.length];
    while (east.requests.length < asked + 3) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(parent.snapshots.length, delivered);
    east.script = listing([api]);
    await parent.until(() => parent.problems.length === 0);
  }
});

test('new requests go to other children first while a child cannot be reached, not while it answers nonsense', async () => {
  await using east = await serving(listing([api]));
  await using west = await serving(listing([{ name: 'api', weight: 20 }]));
  const children = { east: { address: east.address }, west: { address: west.address } };
  await using parent = await new Parent({ children }).start();
  const weights = () =>
    parent.latest.configuration.http.services.api?.weighted?.services
      .map(({ weight, spare }) => `${spare ? 'spare ' : ''}${weight}`)
      .join(' ');
  east.script = (_, response) => response.destroy();
  await parent.until(() => weights() === 'spare 80 20');
  assert.match(parent.latest.problems[0]!.text, /stays in use, after what other children have/);
  west.script = (_, response) => response.destroy();
  await parent.until(() => weights() === '80 20');
  east.script = (_, response) => response.writeHead(500).end();
  await parent.until(() => parent.problems.some(([code]) => code === 'child-status-wrong'));
  assert.equal(weights(), '80 spare 20');
});

test('what a silent child advertised is dropped after staleAfter, if that is set', async () => {
  await using east = await serving(listing([api]));
  const children = { east: { address: east.address } };
  await using parent = await new Parent({ children, staleAfter: '100ms' }).start();
  east.script = (_, response) => response.destroy();
  await parent.until(() => parent.services.length === 0);
  assert.match(parent.latest.problems[0]!.text, /Nothing it advertises is known/);
  east.script = listing([api]);
  await parent.until(() => parent.services.length === 3);
});

test('a list with a tag is asked for only if it changed', async () => {
  let tag = '"1"';
  let list = [api];
  await using east = await serving((request, response) => {
    if (request.headers['if-none-match'] === tag) response.writeHead(304).end();
    else listing(list, { etag: tag })(request, response);
  });
  await using parent = await new Parent({ children: { east: { address: east.address } } }).start();
  while (east.requests.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(parent.snapshots.length, 1);
  [tag, list] = ['"2"', [api, shop]];
  await parent.until(() => parent.services.includes('shop'));
});

test('one node under two names, and this node as its own child, are told', async () => {
  const script = listing([api], { 'fairlead-node': 'n1', 'fairlead-boot': 'b1' });
  await using east = await serving(script);
  await using west = await serving(script);
  await using self = await serving(listing([], { 'fairlead-node': 'parent' }));
  const children = {
    east: { address: east.address },
    west: { address: west.address },
    self: { address: self.address },
  };
  await using parent = await new Parent({ children }).start();
  assert.deepEqual(parent.problems, [
    ['child-identity-shared', 'west'],
    ['child-is-self', 'self'],
  ]);
  assert.deepEqual(parent.latest.configuration.http.services.api?.weighted?.services.length, 2);
});

test('certificates that change on disk are used by discovery and by traffic', {
  timeout: 300_000,
}, async () => {
  using old = new Pki();
  using next = new Pki();
  const certificateOf = (authority: Pki) => authority.issue('child', { san: 'IP:127.0.0.1' });
  const folder = await mkdtemp(join(tmpdir(), 'multicluster-'));
  const rootCAs = join(folder, 'ca.crt');
  await writeFile(rootCAs, old.ca.cert);
  await using east = await new ScriptedChild(listing([api]), certificateOf(old)).listen();
  const children = { east: { address: east.address, serversTransport: { rootCAs: [rootCAs] } } };
  await using parent = await new Parent({ children }).start();
  assert.deepEqual(parent.problems, []);
  east.setCredentials(certificateOf(next));
  await parent.until(() => parent.problems[0]?.[0] === 'child-certificate-refused');
  await writeFile(`${rootCAs}.new`, 'half a certif');
  await rename(`${rootCAs}.new`, rootCAs);
  await parent.until(() => parent.problems[0]?.[0] === 'child-credentials-unusable');
  assert.ok(parent.services.includes('api'));
  await writeFile(`${rootCAs}.new`, next.ca.cert);
  await rename(`${rootCAs}.new`, rootCAs);
  await parent.until(() => parent.problems.length === 0);
  const transport = parent.latest.configuration.http.serversTransports['multicluster-east'];
  assert.deepEqual(transport?.rootCAs, [next.ca.cert]);
  await rm(folder, { recursive: true });
});

test('options that wait for a later version are named', async () => {
  await using parent = await new Parent({
    children: { away: { address: 'http://127.0.0.1:1', priority: 1, publish: true } },
  }).start();
  const named = parent.latest.problems.filter(({ code }) => code === 'not-yet').map(({ text }) => text);
  assert.equal(named.length, 2);
  assert.match(named[0]!, /priority is not offered yet/);
});
