import assert from 'node:assert/strict';
import test from 'node:test';
import { SharedCells } from '../../src/balancing/shared-cells.ts';
import type { ServiceRecord } from '../../src/model/wire.ts';
import type { RoutingChange } from '../../src/routing/control/control-routing.ts';
import type { FileContents } from '../../src/tls/watched-files.ts';
import { CountingCells, createRouting, entryPoint, snapshot } from './control-bench.ts';

const servers = (...urls: string[]) => ({ loadBalancer: { servers: urls.map((url) => ({ url })) } });
const app = { services: { app: servers('http://10.0.0.1:80') } };

const routerOf = ({ runtime }: RoutingChange, name: string) => {
  const router = runtime.routers.find(({ planned }) => planned.name === name);
  return router && { status: router.status, errors: router.errors, using: router.planned.using, router };
};
const put = ({ put }: RoutingChange, kind: string) =>
  put.filter((record) => record.kind === kind).map(({ name }) => name);

test('a router gets the default entry points and one record on each', async () => {
  const routing = await createRouting();
  const change = routing.update([
    snapshot('file', { http: { ...app, routers: { web: { rule: 'Host(`a.lan`)', service: 'app' } } } }),
  ]);
  assert.deepEqual(put(change, 'router'), ['web@file web', 'web@file websecure']);
  assert.deepEqual(routerOf(change, 'web@file')?.using, ['web', 'websecure']);
  assert.equal(routerOf(change, 'web@file')?.router.planned.priority, 13n);
});

test('an entry point with something to add makes a router of its own', async () => {
  const tls = entryPoint('websecure', { http: { tls: {}, middlewares: ['first@file'] } });
  const routing = await createRouting({ entryPoints: [entryPoint('web'), tls] });
  const change = routing.update([
    snapshot('file', {
      http: {
        ...app,
        routers: { r: { rule: 'Host(`a.lan`)', service: 'app' } },
        middlewares: { first: { addPrefix: { prefix: '/x' } } },
      },
    }),
  ]);
  assert.deepEqual(routerOf(change, 'r@file')?.using, ['web']);
  assert.deepEqual(routerOf(change, 'websecure-r@file')?.router.middlewares, ['first@file']);
  assert.deepEqual(put(change, 'middleware'), ['first@file']);
});

test('names belong to the provider of whoever uses them, unless they say otherwise', async () => {
  const routing = await createRouting();
  const change = routing.update([
    snapshot('file', { http: app }),
    snapshot('docker', {
      http: {
        routers: {
          own: { rule: 'Host(`a.lan`)', service: 'app' },
          other: { rule: 'Host(`b.lan`)', service: 'app@file' },
        },
      },
    }),
  ]);
  assert.deepEqual(routerOf(change, 'own@docker')?.errors, ['the service "app@docker" does not exist']);
  assert.equal(routerOf(change, 'other@docker')?.status, 'enabled');
  assert.deepEqual(
    change.problems.map(({ code, source }) => [code, source.element]),
    [['router-disabled', 'router own@docker']],
  );
});

test('a router heals when what it waited for appears, and falls with it again', async () => {
  const routing = await createRouting();
  const router = snapshot('docker', {
    http: { routers: { r: { rule: 'Host(`a.lan`)', service: 'app@file' } } },
  });
  const file = snapshot('file', { http: app });
  assert.equal(routerOf(routing.update([router]), 'r@docker')?.status, 'disabled');
  const healed = routing.update([router, file]);
  assert.equal(routerOf(healed, 'r@docker')?.status, 'enabled');
  assert.deepEqual(put(healed, 'service'), ['app@file']);
  const fallen = routing.update([router]);
  assert.equal(routerOf(fallen, 'r@docker')?.status, 'disabled');
  assert.deepEqual(fallen.remove.map(({ kind, name }) => `${kind} ${name}`).sort(), [
    'router r@docker web',
    'router r@docker websecure',
    'serversTransport default@internal',
    'service app@file',
  ]);
});

test('a mistake in a middleware is found before workers hear of it', async () => {
  const routing = await createRouting();
  const http = {
    ...app,
    routers: {
      bad: { rule: 'Host(`a.lan`)', service: 'app', middlewares: ['around'] },
      good: { rule: 'Host(`b.lan`)', service: 'app' },
    },
    middlewares: {
      around: { chain: { middlewares: ['strip'] } },
      strip: { stripPrefixRegex: { regex: ['['] } },
    },
  };
  const change = routing.update([snapshot('file', { http })]);
  assert.equal(routerOf(change, 'bad@file')?.status, 'disabled');
  assert.equal(routerOf(change, 'good@file')?.status, 'enabled');
  const judged = change.runtime.middlewares.map(({ name, status }) => [name, status]);
  assert.deepEqual(judged, [
    ['around@file', 'disabled'],
    ['strip@file', 'disabled'],
  ]);
  assert.deepEqual(put(change, 'middleware'), []);
});

test('a middleware follows the files that it names, and what they held stays as long as they are of no use', async () => {
  let users: FileContents = { text: 'anna:one' };
  const files = { contents: () => users };
  const cells = new CountingCells();
  const routing = await createRouting({}, cells, { files });
  const file = snapshot('file', {
    http: {
      ...app,
      routers: { r: { rule: 'Host(`a.lan`)', service: 'app', middlewares: ['around', 'digest'] } },
      middlewares: {
        around: { chain: { middlewares: ['auth'] } },
        auth: { basicAuth: { usersFile: '/users' } },
        digest: { digestAuth: { users: ['anna:traefik:00'] } },
      },
    },
  });
  const held = (change: RoutingChange) =>
    change.put.flatMap((record) => (record.kind === 'middleware' ? [[record.name, record.value.files]] : []));
  const first = routing.update([file]);
  assert.deepEqual(held(first), [
    ['digest@file', {}],
    ['auth@file', { '/users': 'anna:one' }],
  ]);
  assert.deepEqual(put(routing.update([file]), 'middleware'), []);

  users = { text: 'berta:two' };
  const second = routing.update([file]);
  assert.deepEqual(held(second), [['auth@file', { '/users': 'berta:two' }]]);
  assert.deepEqual(second.problems, []);

  for (const [now, text] of [
    [{ error: 'there is no file /users' }, /auth@file goes on .*: there is no file \/users\./],
    [{ text: 'berta' }, /auth@file goes on .*: user 1 \("berta"\)/],
  ] as const) {
    users = now;
    const third = routing.update([file]);
    assert.deepEqual([third.put, third.remove], [[], []]);
    assert.equal(routerOf(third, 'r@file')?.status, 'enabled');
    assert.deepEqual(
      third.problems.map(({ code, source }) => [code, source.element]),
      [['named-file-unusable', 'middleware auth@file']],
    );
    assert.match(third.problems[0]?.text ?? '', text);
  }

  users = { text: 'berta:three' };
  const healed = routing.update([file]);
  assert.deepEqual(held(healed), [['auth@file', { '/users': 'berta:three' }]]);
  assert.deepEqual(healed.problems, []);
});

test('a serversTransport keeps what its files held when they are of no use any more', async () => {
  let authority: FileContents = { error: 'there is no file /ca' };
  const files = { contents: () => authority };
  const routing = await createRouting({}, new CountingCells(), { files });
  const serversTransports = { t: { rootCAs: ['/ca'] } };
  const loadBalancer = { servers: [{ url: 'https://10.0.0.1' }], serversTransport: 't' };
  const tcpBalancer = { servers: [{ address: '10.0.0.1:1', tls: true }], serversTransport: 't' };
  const file = snapshot('file', {
    http: {
      routers: { r: { rule: 'Host(`a.lan`)', service: 's' } },
      services: { s: { loadBalancer } },
      serversTransports,
    },
    tcp: {
      routers: { r: { rule: 'HostSNI(`*`)', service: 's' } },
      services: { s: { loadBalancer: tcpBalancer } },
      serversTransports: { t: { tls: serversTransports.t } },
    },
  });
  assert.equal(routerOf(routing.update([file]), 'r@file')?.status, 'disabled');
  authority = { text: 'ONE' };
  const healed = routing.update([file]);
  assert.deepEqual(healed.problems, []);
  assert.ok(put(healed, 'serversTransport').includes('t@file'));
  authority = { error: 'there is no file /ca' };
  const lost = routing.update([file]);
  assert.deepEqual([lost.put, lost.remove], [[], []]);
  assert.deepEqual(
    lost.problems.map(({ code, source }) => [code, source.element]),
    [
      ['named-file-unusable', 'serversTransport t@file'],
      ['named-file-unusable', 'tcp serversTransport t@file'],
    ],
  );
  authority = { text: 'TWO' };
  const renewed = routing.update([file]);
  assert.deepEqual(
    [renewed.problems, put(renewed, 'serversTransport'), put(renewed, 'tcpServersTransport')],
    [[], ['t@file'], ['t@file']],
  );
});

test('a middleware whose file is of no use from the start works as soon as it is', async () => {
  let users: FileContents = { error: 'there is no file /users' };
  const files = { contents: () => users };
  const routing = await createRouting({}, new CountingCells(), { files });
  const file = snapshot('file', {
    http: {
      ...app,
      routers: { r: { rule: 'Host(`a.lan`)', service: 'app', middlewares: ['auth'] } },
      middlewares: { auth: { basicAuth: { usersFile: '/users' } } },
    },
  });
  const before = routing.update([file]);
  assert.equal(routerOf(before, 'r@file')?.status, 'disabled');
  assert.deepEqual(
    before.problems.map(({ code }) => code),
    ['router-disabled', 'middleware-disabled'],
  );
  users = { text: 'anna:one' };
  assert.equal(routerOf(routing.update([file]), 'r@file')?.status, 'enabled');
});

test('a problem of a router names the label that is wrong, where it is one of its own', async () => {
  const withOwn = entryPoint('secure', { http: { tls: {}, middlewares: ['gone@file'] } });
  const routing = await createRouting({ entryPoints: [entryPoint('web'), withOwn] });
  const problemOf = (router: object) => {
    const said = snapshot('docker', {
      http: {
        ...app,
        routers: { R: { rule: 'Host(`a.lan`)', service: 'app', entryPoints: ['web'], ...router } },
        middlewares: { auth: { addPrefix: { prefix: '/x' } } },
      },
      tls: { options: { strict: {} } },
    });
    const origins = new Map([['router R@docker', { provider: 'docker', container: 'shop-1' }]]);
    const [problem] = routing.update([{ ...said, origins }]).problems;
    return problem && [problem.source.label, problem.remedy];
  };
  const at = (option: string) => `traefik.http.routers.R.${option}`;
  assert.equal(problemOf({}), undefined);
  assert.deepEqual(problemOf({ service: 'apq' }), [at('service'), 'Did you mean "app@docker"?']);
  assert.deepEqual(problemOf({ middlewares: ['auht'] }), [at('middlewares'), 'Did you mean "auth@docker"?']);
  assert.deepEqual(problemOf({ entryPoints: ['wbe'] }), [at('entrypoints'), 'Did you mean "web"?']);
  assert.deepEqual(problemOf({ entryPoints: ['web', 'wbe'] }), [at('entrypoints'), 'Did you mean "web"?']);
  assert.deepEqual(problemOf({ tls: { options: 'strct' } }), [
    at('tls.options'),
    'Did you mean "strict@docker"?',
  ]);
  assert.equal(problemOf({ rule: 'Hots(`a`)' })?.[0], at('rule'));
  assert.equal(problemOf({ rule: 'HostRegexp(`{a:b}.lan`)' })?.[0], at('rule'));
  assert.equal(problemOf({ tls: { certResolver: 'le' } })?.[0], at('tls.certresolver'));
  assert.equal(problemOf({ priority: '9223372036854775807' })?.[0], at('priority'));
  assert.deepEqual(
    problemOf({ entryPoints: ['secure'] }),
    [undefined, undefined],
    'a middleware of the entry point',
  );
});

test('what is known but not there yet closes the router and says why', async () => {
  const routing = await createRouting();
  const http = {
    ...app,
    routers: { r: { rule: 'Host(`a.lan`)', service: 'app', middlewares: ['foreign'] } },
    middlewares: { foreign: { plugin: { foreign: {} } } },
  };
  const change = routing.update([snapshot('file', { http })]);
  assert.deepEqual(routerOf(change, 'r@file')?.errors, ['the middleware plugin is not there yet']);
});

test('a chain that contains itself and services that contain each other are refused', async () => {
  const routing = await createRouting();
  const http = {
    routers: {
      chain: { rule: 'Host(`a.lan`)', service: 'one', middlewares: ['loop'] },
      ring: { rule: 'Host(`b.lan`)', service: 'one' },
    },
    services: {
      one: { weighted: { services: [{ name: 'two' }] } },
      two: { weighted: { services: [{ name: 'one' }] } },
    },
    middlewares: { loop: { chain: { middlewares: ['loop'] } } },
  };
  const change = routing.update([snapshot('file', { http })]);
  assert.match(routerOf(change, 'ring@file')?.errors[0] ?? '', /contains itself/);
  assert.equal(routerOf(change, 'chain@file')?.status, 'disabled');
  assert.deepEqual(put(change, 'router'), []);
});

test('a change of one router is told of that router alone', async () => {
  const routing = await createRouting();
  const first = snapshot('file', {
    http: {
      ...app,
      routers: {
        a: { rule: 'Host(`a.lan`)', service: 'app', entryPoints: ['web'] },
        b: { rule: 'Host(`b.lan`)', service: 'app', entryPoints: ['web'] },
      },
    },
  });
  routing.update([first]);
  const { http } = first.configuration;
  const routers = { ...http.routers, a: { ...http.routers.a!, rule: 'Host(`c.lan`)' } };
  const change = routing.update([
    { ...first, configuration: { ...first.configuration, http: { ...http, routers } } },
  ]);
  assert.deepEqual(
    change.put.map(({ name }) => name),
    ['a@file web'],
  );
  assert.deepEqual(change.remove, []);
  assert.deepEqual(change.summary, { added: [], changed: ['router a@file'], removed: [] });
  assert.equal(change.generation, 2);
});

test('equal content from other objects is no change', async () => {
  const routing = await createRouting();
  const written = { http: { ...app, routers: { r: { rule: 'Host(`a.lan`)', service: 'app' } } } };
  routing.update([snapshot('file', written)]);
  const change = routing.update([snapshot('file', structuredClone(written))]);
  assert.deepEqual([change.put, change.remove, change.generation], [[], [], 1]);
});

test('what workers could not build is disabled until the next update', async () => {
  const routing = await createRouting();
  const said = snapshot('file', {
    http: { ...app, routers: { r: { rule: 'Host(`a.lan`)', service: 'app', entryPoints: ['web'] } } },
  });
  routing.update([said]);
  const failed = routing.failed([{ kind: 'service', name: 'app@file', text: 'no such scheme' }]);
  assert.deepEqual(routerOf(failed, 'r@file')?.errors, ['no such scheme']);
  assert.equal(failed.runtime.services.find(({ name }) => name === 'app@file')?.status, 'disabled');
  assert.equal(failed.remove.length, 2);
  assert.equal(routerOf(routing.update([said]), 'r@file')?.status, 'enabled');
});

test('balancers of two and more share a cell as long as their targets stay', async () => {
  const cells = new CountingCells();
  const routing = await createRouting({}, cells);
  const said = (urls: string[]) =>
    snapshot('file', {
      http: { routers: { r: { rule: 'Host(`a.lan`)', service: 's' } }, services: { s: servers(...urls) } },
    });
  routing.update([said(['http://10.0.0.1'])]);
  assert.equal(cells.held.length, 0);
  routing.update([said(['http://10.0.0.1', 'http://10.0.0.2'])]);
  assert.equal(cells.held.length, 1);
  for (const _ of [1, 2, 3]) routing.update([said(['http://10.0.0.1'])]);
  assert.equal(cells.held.length, 0);
});

test('a limit keeps its cell as long as its options stay', async () => {
  const routing = await createRouting({}, new SharedCells({ publish: () => undefined }));
  const limited = (average: number, prefix = '/x') => ({
    ...app,
    routers: { r: { rule: 'Host(`a.lan`)', service: 'app', middlewares: ['limit', 'add'] } },
    middlewares: { limit: { rateLimit: { average } }, add: { addPrefix: { prefix } } },
  });
  const cellOf = ({ put }: RoutingChange) =>
    put.flatMap((record) =>
      record.kind === 'middleware' && record.name === 'limit@file' ? [record.value.cell] : [],
    );
  const [first] = cellOf(routing.update([snapshot('file', { http: limited(1) })]));
  assert.ok(first && first.words > 0);
  assert.deepEqual(cellOf(routing.update([snapshot('file', { http: limited(1, '/y') })])), []);
  const [second] = cellOf(routing.update([snapshot('file', { http: limited(2, '/y') })]));
  assert.notDeepEqual(second, first);
});

test('an uplink router stands on uplink entry points alone, under the name parents see', async () => {
  const uplink = entryPoint('uplink', { http: { tls: { options: 'mutual@file' } } }, 'uplink');
  const routing = await createRouting({ entryPoints: [entryPoint('web'), uplink] });
  const change = routing.update([
    snapshot('docker', {
      http: {
        ...app,
        routers: {
          plain: { rule: 'Host(`a.lan`)', service: 'app' },
          bank: { rule: 'Host(`a.lan`)', service: 'app', uplinks: ['bank'] },
        },
        uplinks: { bank: { exposeName: 'banking-api', weight: 80 } },
      },
    }),
    snapshot('file', { tls: { options: { mutual: {} } } }),
  ]);
  assert.deepEqual(put(change, 'router'), [
    'uplinks-uplink@internal uplink',
    'plain@docker web',
    'bank@docker uplink',
  ]);
  const record = change.put.find(({ name }) => name === 'bank@docker uplink');
  assert.deepEqual(record?.kind === 'router' && [record.value.uplinks, record.value.tls], [
    ['banking-api'],
    true,
  ]);
  const [listed] = change.runtime.uplinks;
  assert.deepEqual(
    [listed?.exposedName, listed?.servers, listed?.rules],
    ['banking-api', 1, ['Host(`a.lan`)']],
  );
  const tls = change.put.find(({ kind }) => kind === 'tls');
  assert.deepEqual(tls?.kind === 'tls' && tls.value.fallback, { uplink: 'mutual@file' });
});

test('a change that only parents hear of is a generation, too', async () => {
  const routing = await createRouting({ entryPoints: [entryPoint('up', {}, 'uplink')] });
  const offering = (weight: number) =>
    snapshot('file', {
      http: {
        ...app,
        routers: { bank: { rule: 'Host(`a.lan`)', service: 'app', uplinks: ['bank'] } },
        uplinks: { bank: { weight } },
      },
    });
  assert.equal(routing.update([offering(1)]).generation, 1);
  const { put, remove, generation } = routing.update([offering(2)]);
  assert.deepEqual([put, remove, generation], [[], [], 2]);
  assert.equal(routing.update([offering(2)]).generation, 2);
});

test('routers of one host that ask for different TLS options all get the default', async () => {
  const routing = await createRouting({ entryPoints: [entryPoint('web')] });
  const secure = (options: string) => ({ rule: 'Host(`a.lan`)', service: 'app', tls: { options } });
  const change = routing.update([
    snapshot('file', {
      http: {
        ...app,
        routers: {
          one: secure('strict'),
          two: secure(''),
          three: { ...secure('strict'), rule: 'Host(`b.lan`)' },
        },
      },
      tls: { options: { strict: {} } },
    }),
  ]);
  assert.deepEqual(
    change.runtime.routers.map(({ planned, status }) => [planned.name, status]),
    [
      ['three@file', 'enabled'],
      ['web-conflicted-one@file', 'warning'],
      ['web-conflicted-two@file', 'enabled'],
    ],
  );
  const tls = change.put.find(({ kind }) => kind === 'tls');
  assert.deepEqual(tls?.kind === 'tls' && tls.value.hosts, { web: { 'b.lan': 'strict@file' } });
});

test('a service of a child that is not known yet answers, and is not a missing one', async () => {
  const routing = await createRouting({ multicluster: true });
  const router = { rule: 'Host(`a.lan`)', service: 'api@multicluster' };
  const change = routing.update([snapshot('file', { http: { routers: { r: router } } })]);
  assert.equal(routerOf(change, 'r@file')?.status, 'enabled');
  assert.deepEqual(
    change.problems.map(({ code }) => code),
    ['uplink-not-seen'],
  );
});

test('the problem of a router names the nearest thing that is there, and ends like a sentence', async () => {
  const routing = await createRouting();
  const router = { rule: 'Host(`a.lan`)', service: 'app' };
  const routers = {
    door: { ...router, entryPoints: ['wbe'] },
    way: { ...router, service: 'ap' },
    between: { ...router, middlewares: ['stirp'] },
    rule: { ...router, rule: 'Hots(`a.lan`)' },
  };
  const middlewares = { strip: { stripPrefix: { prefixes: ['/a'] } } };
  const { problems } = routing.update([snapshot('file', { http: { ...app, routers, middlewares } })]);
  const told = Object.fromEntries(problems.map(({ source, ...rest }) => [source.element, rest]));
  assert.equal(told['router door@file']?.remedy, 'Did you mean "web"?');
  assert.equal(told['router way@file']?.remedy, 'Did you mean "app@file"?');
  assert.equal(told['router between@file']?.remedy, 'Did you mean "strip@file"?');
  assert.match(told['router rule@file']?.text ?? '', /There is no matcher Hots\.$/);
  assert.match(told['router rule@file']?.remedy ?? '', /Host/);
});

test('a router with uplinks that names entry points hears of that alone', async () => {
  const routing = await createRouting();
  const routers = {
    r: { rule: 'Host(`a.lan`)', service: 'app', entryPoints: ['web'], uplinks: ['shop'] },
  };
  const change = routing.update([snapshot('file', { http: { ...app, routers } })]);
  assert.deepEqual(routerOf(change, 'r@file')?.errors, [
    'a router with uplinks has no entryPoints, tls or observability of its own',
  ]);
});

for (const [why, name, uplinks, code] of [
  ['a name that parents cannot know', 'my shop', {}, 'uplink-name-wrong'],
  ['a name that is taken', 'shop', { bank: { exposeName: 'shop' }, shop: {} }, 'uplink-name-taken'],
] as const)
  test(`an uplink with ${why} is told once, not again by its router`, async () => {
    const routing = await createRouting({ entryPoints: [entryPoint('up', {}, 'uplink')] });
    const routers = { r: { rule: 'Host(`a.lan`)', service: 'app', uplinks: [name] } };
    const change = routing.update([snapshot('file', { http: { ...app, routers, uplinks } })]);
    assert.deepEqual(
      change.problems.map(({ code, source }) => [code, source.element]),
      [[code, `uplink ${name}@file`]],
    );
    const { status, errors } = routerOf(change, 'r@file') ?? {};
    assert.deepEqual([status, errors], ['disabled', ['none of its uplinks is offered']]);
  });

test('an uplink without an entry point is told once, a router that misuses it still', async () => {
  const routing = await createRouting();
  const offered = { rule: 'Host(`a.lan`)', service: 'app', uplinks: ['shop'] };
  const routers = { r: offered, wrong: { ...offered, tls: {} } };
  const { problems } = routing.update([snapshot('file', { http: { ...app, routers } })]);
  assert.deepEqual(
    problems.map(({ code, source }) => [code, source.element]),
    [
      ['router-disabled', 'router wrong@file'],
      ['uplink-entry-point-missing', 'uplink shop@file'],
    ],
  );
});

test('servers are checked as their service says, over its transport, and the record says where that stands', async () => {
  const routing = await createRouting();
  const said = (healthCheck: object, passiveHealthCheck?: object) =>
    snapshot('file', {
      http: {
        routers: { r: { rule: 'Host(`a`)', service: 's' } },
        services: {
          s: {
            loadBalancer: {
              servers: [{ url: 'http://a' }, { url: 'http://b' }],
              healthCheck,
              passiveHealthCheck,
            },
          },
          unused: { loadBalancer: { servers: [{ url: 'http://c' }], healthCheck } },
        },
      },
    });
  const change = routing.update([
    said(
      { path: '/up', interval: '0s', timeout: '1s', hostname: 'x.lan', headers: { A: 'b' } },
      { maxFailedAttempts: 0, failureWindow: '3s' },
    ),
  ]);
  assert.deepEqual(
    change.problems.map(({ code, source, text }) => [code, source.element, text]),
    [
      [
        'wrong-value',
        'service s@file',
        'The service s@file is not checked as it was written: its health check has no time above 0 for interval; ' +
          'the usual ones are 30s and 5s, and used.',
      ],
    ],
  );
  const [checked, ...others] = change.checks;
  assert.deepEqual([checked?.element, others], ['service s@file', []]);
  const { transport, ...question } = checked!.servers[0]!.question;
  assert.ok(!('tls' in transport));
  assert.deepEqual(question, {
    kind: 'http',
    url: 'http://a',
    scheme: '',
    port: 0,
    path: '/up',
    method: 'GET',
    status: 0,
    followRedirects: true,
    headers: { A: 'b', Host: 'x.lan' },
    intervalMs: 30_000,
    unhealthyIntervalMs: 30_000,
    timeoutMs: 1000,
  });
  const record = change.put.find(({ kind, name }) => kind === 'service' && name === 's@file');
  const { value } = record!.value as Extract<ServiceRecord, { type: 'loadBalancer' }>;
  const { health, passiveHealth } = value;
  assert.deepEqual(health, checked?.flags);
  assert.deepEqual([passiveHealth?.maxFailedAttempts, passiveHealth?.failureWindowMs], [1, 3000]);
  const identities = ({ checks }: RoutingChange) => checks[0]?.servers.map(({ identity }) => identity);
  const same = routing.update([said({ path: '/up' })]);
  assert.deepEqual(identities(routing.update([said({ path: '/up' }, {})])), identities(same));
  assert.notDeepEqual(identities(routing.update([said({ path: '/other' })])), identities(same));
  assert.match(
    routing.update([said({}, { maxFailedAttempts: 10_001 })]).problems[0]?.text ?? '',
    /maxFailedAttempts .* more than 10000/,
  );
});
