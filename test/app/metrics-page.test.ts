import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MetricsPage } from '../../src/app/metrics-page.ts';
import { Totals } from '../../src/observability/metrics/totals.ts';
import type { RoutingChange } from '../../src/routing/control/control-routing.ts';
import { Pki } from '../tls/pki.ts';

const pki = new Pki();
after(() => pki[Symbol.dispose]());

const generated = pki.issue('generated', { san: 'DNS:made.example' });
const dated = pki.issue('shop', {
  san: 'DNS:shop.example,DNS:a.example',
  from: '20250101000000Z',
  to: '20990101000000Z',
});

const pageOf = () =>
  new MetricsPage({
    totals: new Totals(),
    busySeconds: () => new Map([[0, 1.5]]),
    buckets: [],
    hasHeaderLabels: false,
    startedAt: new Date(0),
    generated: generated.cert,
  });

const change = (generation: number, part: object): RoutingChange =>
  ({
    generation,
    put: [],
    remove: [],
    runtime: { routers: [], services: [] },
    ...part,
  }) as unknown as RoutingChange;

const lines = (page: MetricsPage, name: string) =>
  page
    .text()
    .split('\n')
    .filter((line) => line.startsWith(name));

const certificate = (name: string, cert: string) => ({
  kind: 'certificate',
  name,
  hash: name,
  value: { cert },
});

test('certificates are told with their end, but for the one that nobody has to renew', () => {
  const page = pageOf();
  page.see(change(1, { put: [certificate('a', dated.cert), certificate('b', generated.cert)] }), 5000);
  const [told = '', ...others] = lines(page, 'traefik_tls_certs_not_after');
  assert.match(
    told,
    /^traefik_tls_certs_not_after\{cn="shop",serial="\d+",sans="a\.example,shop\.example"\} 4070908800$/,
  );
  assert.deepEqual(others, []);
  page.see(change(2, { remove: [{ kind: 'certificate', name: 'a' }] }), 6000);
  assert.deepEqual(lines(page, 'traefik_tls_certs_not_after'), []);
  assert.deepEqual(lines(page, 'traefik_config'), [
    'traefik_config_reloads_total 2',
    'traefik_config_last_reload_success 6',
  ]);
});

test('each worker is told with the time that it was busy', () => {
  assert.deepEqual(lines(pageOf(), 'fairlead_worker_busy'), [
    'fairlead_worker_busy_seconds_total{worker="0"} 1.5',
  ]);
});

test('servers that are checked are told to be up or down, as they are at the moment', () => {
  const page = pageOf();
  const up = [true, false];
  const servers = [{ url: 'http://192.0.2.1' }, { url: 'http://192.0.2.2' }];
  const checked = { name: 's@file', written: { loadBalancer: { servers } } };
  const services = [
    { ...checked, health: { isUsable: (index: number) => up[index] } },
    { ...checked, name: 'unchecked@file' },
  ];
  page.see(change(1, { runtime: { routers: [], services } }), 0);
  const name = 'traefik_service_server_up';
  assert.deepEqual(lines(page, name), [
    `${name}{service="s@file",url="http://192.0.2.1"} 1`,
    `${name}{service="s@file",url="http://192.0.2.2"} 0`,
  ]);
  up[1] = true;
  assert.equal(lines(page, name)[1], `${name}{service="s@file",url="http://192.0.2.2"} 1`);
});
