import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRouting, entryPoint, snapshot } from '../routing/control-bench.ts';
import { api } from './api-for-tests.ts';

const servers = (...urls: string[]) => ({ loadBalancer: { servers: urls.map((url) => ({ url })) } });

async function runtime() {
  const routing = await createRouting({
    entryPoints: [entryPoint('web'), entryPoint('up', { address: '127.0.0.1:9443' }, 'uplink')],
  });
  const { runtime: running } = routing.update([
    snapshot('file', {
      http: {
        routers: {
          shop: { rule: 'Host(`shop.lan`)', service: 'shop', middlewares: ['auth'] },
          blog: { rule: 'Host(`blog.lan`)', service: 'blog', priority: 7 },
          broken: { rule: 'Host(', service: 'shop' },
          offered: { rule: 'PathPrefix(`/`)', service: 'shop', uplinks: ['shop-api'] },
        },
        services: {
          shop: servers('http://10.0.0.1:80', 'http://10.0.0.2:80'),
          blog: servers('http://10.0.0.3'),
        },
        middlewares: { auth: { basicAuth: { users: ['anna:{SHA}secret='] } } },
        uplinks: { 'shop-api': { weight: 80 } },
      },
    }),
  ]);
  return running;
}

const names = (entries: readonly { name: string }[]) => entries.map(({ name }) => name);

test('version, overview and entry points have the shapes of Traefik', async (context) => {
  const { get } = await api(context, await runtime());
  assert.deepEqual((await get('/api/version')).json, {
    Version: '1.2.3',
    Codename: 'fairlead',
    startDate: '2026-01-01T00:00:00.000Z',
  });
  const overview = (await get('/api/overview')).json as { http: object; providers: string[] };
  assert.deepEqual(overview.providers, ['Docker']);
  assert.deepEqual((overview.http as { middlewares: object }).middlewares, {
    total: 2,
    warnings: 0,
    errors: 0,
  });
  assert.deepEqual((await get('/api/entrypoints')).json, [
    { address: ':80', name: 'web' },
    { address: ':443', name: 'websecure' },
  ]);
  assert.deepEqual((await get('/api/entrypoints/web')).json, { address: ':80', name: 'web' });
});

test('a router is shown as it runs', async (context) => {
  const { get } = await api(context, await runtime());
  assert.deepEqual((await get('/api/http/routers/shop%40file')).json, {
    entryPoints: ['web'],
    middlewares: ['auth@file'],
    service: 'shop',
    rule: 'Host(`shop.lan`)',
    priority: 16,
    observability: { accessLogs: true, metrics: true, tracing: true, traceVerbosity: 'minimal' },
    status: 'enabled',
    using: ['web'],
    name: 'shop@file',
    provider: 'file',
    priorityStr: '16',
  });
});

test('a service is shown with its servers, and a middleware without its secrets', async (context) => {
  const { get } = await api(context, await runtime());
  const service = (await get('/api/http/services/shop@file')).json as Record<string, unknown>;
  assert.equal(service.type, 'loadbalancer');
  assert.deepEqual(service.serverStatus, { 'http://10.0.0.1:80': 'UP', 'http://10.0.0.2:80': 'UP' });
  const middleware = await get('/api/http/middlewares/auth@file');
  assert.equal((middleware.json as Record<string, unknown>).type, 'basicauth');
  assert.doesNotMatch(middleware.text, /secret/);
  assert.doesNotMatch((await get('/api/rawdata')).text, /secret/);
});

test('lists are searched, filtered, sorted and read page by page', async (context) => {
  const { get } = await api(context, await runtime());
  const list = async (query: string) => names((await get(`/api/http/routers?${query}`)).json);
  assert.deepEqual(await list('search=SHOP.LAN'), ['shop@file']);
  assert.deepEqual(await list('status=disabled'), ['broken@file']);
  assert.deepEqual(await list('serviceName=blog@file'), ['blog@file']);
  assert.deepEqual(await list('middlewareName=auth@file'), ['shop@file']);
  assert.deepEqual(await list('search=@file&sortBy=priority&direction=desc&per_page=2'), [
    'shop@file',
    'offered@file',
  ]);
  const first = await get('/api/http/routers?search=@file&per_page=3');
  assert.equal(first.headers.get('x-next-page'), '2');
  const last = await get('/api/http/routers?search=@file&per_page=3&page=2');
  assert.equal(last.headers.get('x-next-page'), '1');
  assert.equal((last.json as unknown[]).length, 1);
});

test('what does not exist is told as Traefik tells it', async (context) => {
  const { get } = await api(context, await runtime());
  const cases: [path: string, status: number, text: string][] = [
    ['/api/http/routers/x@file', 404, '{"message":"router not found: x@file"}\n'],
    ['/api/http/services/x@file', 404, '{"message":"service not found: x@file"}\n'],
    ['/api/http/middlewares/x@file', 404, '{"message":"middleware not found: x@file"}\n'],
    ['/api/entrypoints/x', 404, '{"message":"entry point not found: x"}\n'],
    ['/api/http/routers?page=9', 400, '{"message":"invalid request: page: 9, per_page: 100"}\n'],
    ['/api/http/routers?page=0', 400, '{"message":"invalid request: page: 0, per_page: 100"}\n'],
    ['/api/http/routers/%zz', 400, '{"message":"invalid request: \\"%zz\\" is not a name"}\n'],
    ['/api/nothing', 404, '{"message":"not found"}\n'],
  ];
  for (const [path, status, text] of cases) {
    const answer = await get(path);
    assert.deepEqual([answer.status, answer.text], [status, text], path);
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
  }
});

test('a base path stands before all paths', async (context) => {
  const { get } = await api(context, await runtime(), { basePath: '/admin' });
  assert.equal((await get('/admin/api/version')).status, 200);
});

test('problems are listed with the time of their first appearance, errors first', async (context) => {
  const { get, problems, appeared } = await api(context, await runtime());
  const warning = {
    code: 'label-ignored',
    severity: 'warning',
    source: { provider: 'docker' },
    text: 'odd',
  } as const;
  const error = {
    code: 'wrong-value',
    severity: 'error',
    source: { provider: 'file', line: 3 },
    text: 'wrong',
  } as const;
  problems.report('docker', [warning]);
  problems.report('file', [error]);
  problems.report('docker', [warning]);
  assert.deepEqual((await get('/api/problems')).json, [
    { ...error, since: '2026-01-02T03:04:05.000Z' },
    { ...warning, since: '2026-01-02T03:04:05.000Z' },
  ]);
  assert.deepEqual(appeared, ['odd', 'wrong']);
  problems.report('docker', []);
  assert.equal(problems.list().length, 1);
});

test('parents get the list of uplinks with what they need to tell answers apart', async (context) => {
  const { get } = await api(context, await runtime());
  const answer = await get('/uplink-entry-points/up');
  assert.deepEqual(answer.json, [
    {
      name: 'shop-api',
      entryPoints: ['up'],
      weight: 80,
      state: 'ready',
      servers: { up: 2, total: 2 },
      rules: ['PathPrefix(`/`)'],
    },
  ]);
  const told = ['fairlead-node', 'fairlead-boot', 'fairlead-generation', 'fairlead-version'];
  assert.deepEqual(
    told.map((name) => answer.headers.get(name)),
    ['node-1', 'boot-1', '7', '1.2.3'],
  );
  const again = await get('/uplink-entry-points/up', { 'if-none-match': answer.headers.get('etag') ?? '' });
  assert.deepEqual([again.status, again.text], [304, '']);
  assert.deepEqual((await get('/uplink-entry-points/other')).json, []);
});

test('a node that is still discovering does not say that it has no uplinks', async (context) => {
  const { get } = await api(context, undefined);
  assert.equal((await get('/uplink-entry-points/up')).status, 503);
  assert.deepEqual((await get('/api/rawdata')).json, {});
});
