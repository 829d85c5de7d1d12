import assert from 'node:assert/strict';
import test from 'node:test';
import type { WireRecord } from '../../src/model/wire.ts';
import type { RoutingChange } from '../../src/routing/control/control-routing.ts';
import { translate } from '../providers/docker/containers.ts';
import { CountingCells, createRouting, entryPoint, snapshot } from './control-bench.ts';

const balanced = (...addresses: string[]) => ({
  loadBalancer: { servers: addresses.map((address) => ({ address })) },
});
const all = { rule: 'HostSNI(`*`)', service: 's' };
const udpEntryPoint = (name: string) => ({ ...entryPoint(name), protocol: 'udp' as const });

const names = ({ put }: RoutingChange, kind: WireRecord['kind']) =>
  put.filter((record) => record.kind === kind).map(({ name }) => name);
const valueOf = <Kind extends WireRecord['kind']>({ put }: RoutingChange, kind: Kind, name: string) =>
  put.find((record) => record.kind === kind && record.name === name)?.value as
    | Extract<WireRecord, { kind: Kind }>['value']
    | undefined;
const tcpRouter = ({ runtime }: RoutingChange, name: string) => {
  const found = runtime.tcp.routers.find((router) => router.name === name);
  return found && [found.status, ...found.errors];
};

test('a TCP router is one record on each of its entry points, with all it is made of', async () => {
  const routing = await createRouting();
  const tcp = {
    routers: { r: { ...all, rule: 'HostSNI(`a.lan`)', tls: { options: 'strict' }, middlewares: ['m'] } },
    services: { s: balanced('10.0.0.1:5432', '10.0.0.2:5432'), unused: balanced('10.0.0.3:1') },
    middlewares: { m: { inFlightConn: { amount: 3 } }, idle: { inFlightConn: { amount: 1 } } },
  };
  const change = routing.update([snapshot('file', { tcp, tls: { options: { strict: {} } } })]);
  assert.deepEqual(change.problems, []);
  assert.deepEqual(names(change, 'tcpRouter'), ['r@file web', 'r@file websecure']);
  assert.deepEqual(names(change, 'tcpService'), ['s@file']);
  assert.deepEqual(names(change, 'tcpMiddleware'), ['m@file']);
  assert.deepEqual(names(change, 'tcpServersTransport'), ['default@internal']);
  const { precedence, ...router } = valueOf(change, 'tcpRouter', 'r@file web')!;
  assert.equal(typeof precedence, 'number');
  assert.deepEqual(router, {
    router: 'r@file',
    entryPoint: 'web',
    rule: 'HostSNI(`a.lan`)',
    ruleSyntax: 'v3',
    priority: 16n,
    tls: { passthrough: false, options: 'strict@file' },
    middlewares: ['m@file'],
    service: 's@file',
  });
  assert.notEqual(
    (valueOf(change, 'tcpService', 's@file') as { value: { cell: unknown } }).value.cell,
    undefined,
  );
});

test('nothing is said anew when nothing about TCP and UDP has changed', async () => {
  const routing = await createRouting();
  const said = { tcp: { routers: { r: all }, services: { s: balanced('a:1', 'b:1') } } };
  routing.update([snapshot('file', said)]);
  assert.deepEqual(routing.update([snapshot('file', said)]).put, []);
});

test('a change touches what it is about and nothing else', async () => {
  const routing = await createRouting({ entryPoints: [entryPoint('web'), udpEntryPoint('dns')] });
  const said = (server: string, options: object = {}) =>
    snapshot('file', {
      tcp: {
        routers: {
          r: { ...all, rule: 'HostSNI(`r.lan`)', tls: { options: 'o' }, middlewares: ['m'] },
          other: { ...all, service: 'other' },
        },
        services: { s: balanced(server, 'b:1'), other: balanced('x:1', 'y:1') },
        middlewares: { m: { inFlightConn: { amount: 1 } } },
      },
      udp: { routers: { u: { service: 'u' } }, services: { u: balanced('h:53', 'i:53') } },
      tls: { options },
    });
  const touched = ({ put, remove }: RoutingChange) => [
    ...put.flatMap(({ kind, name }) => (kind === 'tls' ? [] : [`${kind} ${name}`])),
    ...remove.map(({ kind, name }) => `without ${kind} ${name}`),
  ];
  routing.update([said('a:1', { o: {} })]);
  assert.deepEqual(touched(routing.update([said('z:1', { o: {} })])), ['tcpService s@file']);
  const change = routing.update([said('z:1')]);
  assert.deepEqual(tcpRouter(change, 'r@file'), ['disabled', 'unknown TLS options: o@file']);
  assert.deepEqual(touched(change).sort(), [
    'without tcpMiddleware m@file',
    'without tcpRouter r@file web',
    'without tcpService s@file',
  ]);
  assert.deepEqual(tcpRouter(routing.update([said('z:1', { o: {} })]), 'r@file'), ['enabled']);
});

test('cells go with what they were for, and counts stay when a limit changes', async () => {
  const cells = new CountingCells();
  const routing = await createRouting({}, cells);
  const said = (amount: number, ...servers: string[]) =>
    snapshot('file', {
      tcp: {
        routers: { r: { ...all, middlewares: ['m'] } },
        services: { s: balanced(...servers) },
        middlewares: { m: { inFlightConn: { amount } } },
      },
    });
  const cellAfter = (change: RoutingChange) => {
    const limit = valueOf(change, 'tcpMiddleware', 'm@file');
    return limit?.type === 'inFlightConn' ? limit.cell.offset : undefined;
  };
  const first = cellAfter(routing.update([said(1, 'a:1', 'b:1')]));
  assert.notEqual(first, undefined);
  assert.equal(cellAfter(routing.update([said(2, 'a:1')])), first);
  routing.update([said(2, 'a:1')]);
  assert.deepEqual(cells.held, ['tcpMiddleware m@file']);
});

test('a mistake disables the router and names itself', async () => {
  const routing = await createRouting();
  const wrong = (tcp: object): readonly unknown[] | undefined =>
    tcpRouter(routing.update([snapshot('file', { tcp: { routers: { r: all }, ...tcp } })]), 'r@file');
  const weighted = (...parts: string[]) => ({ weighted: { services: parts.map((name) => ({ name })) } });
  assert.deepEqual(wrong({}), ['disabled', 'the service "s@file" does not exist']);
  assert.deepEqual(wrong({ services: { s: weighted('s') } }), [
    'disabled',
    'the service "s@file" contains itself',
  ]);
  assert.deepEqual(wrong({ services: { s: weighted('x') } }), [
    'disabled',
    'the service "x@file" does not exist',
  ]);
  assert.deepEqual(wrong({ services: { s: balanced('nowhere') } }), [
    'disabled',
    'the server address "nowhere" is not of the form host:port',
  ]);
  assert.deepEqual(wrong({ services: { s: weighted('a', 'a'), a: balanced('h:1') } }), ['enabled']);
  const services = { s: balanced('h:1') };
  const limited = { ...all, middlewares: ['m'] };
  assert.deepEqual(
    wrong({
      services,
      routers: { r: limited },
      middlewares: { m: { ipAllowList: { sourceRange: ['10.0/8'] } } },
    }),
    ['disabled', '"10.0/8" in sourceRange is neither an address nor a range'],
  );
  assert.deepEqual(
    wrong({
      services: { s: { loadBalancer: { servers: [], serversTransport: 't' } } },
      serversTransports: { t: { proxyProtocol: { version: 3 } } },
    }),
    ['disabled', 'unknown proxyProtocol version: 3'],
  );
  assert.deepEqual(
    wrong({
      services: { s: { loadBalancer: { servers: [{ address: 'h:1' }], serversTransport: 't' } } },
      serversTransports: { t: { tls: { spiffe: { trustDomain: 'spiffe://lan' } } } },
    }),
    ['disabled', 'the serversTransport "t@file" asks for SPIFFE, which is not there yet'],
  );
});

test('a problem names the label and the nearest name that leads somewhere', async () => {
  const routing = await createRouting({ entryPoints: [entryPoint('web'), udpEntryPoint('dns')] });
  const problemOf = (tcp: object, udp: object = {}) => {
    const said = snapshot('docker', {
      tcp: {
        services: { shop: balanced('h:1') },
        middlewares: { few: { inFlightConn: { amount: 1 } } },
        ...tcp,
      },
      udp: { services: { dns: balanced('h:53') }, ...udp },
    });
    const container = { provider: 'docker', container: 'shop-1' };
    const origins = new Map([
      ['tcp router r@docker', container],
      ['udp router u@docker', container],
    ]);
    const [problem] = routing.update([{ ...said, origins }]).problems;
    return problem && [problem.source.label, problem.remedy];
  };
  const tcp = (said: object) => problemOf({ routers: { r: { ...all, service: 'shop', ...said } } });
  const at = (option: string) => `traefik.tcp.routers.r.${option}`;
  assert.deepEqual(tcp({}), undefined);
  assert.deepEqual(tcp({ service: 'shpo' }), [at('service'), 'Did you mean "shop@docker"?']);
  assert.deepEqual(tcp({ middlewares: ['few', 'fwe'] }), [at('middlewares'), 'Did you mean "few@docker"?']);
  assert.deepEqual(tcp({ entryPoints: ['wbe'] }), [at('entrypoints'), 'Did you mean "web"?']);
  assert.equal(tcp({ rule: 'HostSNI(' })?.[0], at('rule'));
  assert.match(tcp({ rule: 'HostSNI(`a.lan`)' })?.[1] ?? '', /^Set tls on the router/);
  assert.deepEqual(tcp({ tls: { options: 'o' } }), [at('tls.options'), undefined], 'nothing near it');
  const udp = (said: object) => problemOf({}, { routers: { u: { service: 'dns', ...said } } });
  assert.deepEqual(udp({ service: 'dsn' }), ['traefik.udp.routers.u.service', 'Did you mean "dns@docker"?']);
  assert.deepEqual(udp({ entryPoints: ['dnss'] }), [
    'traefik.udp.routers.u.entrypoints',
    'Did you mean "dns"?',
  ]);
});

test('ipWhiteList is the old word for ipAllowList', async () => {
  const routing = await createRouting();
  const change = routing.update([
    snapshot('file', {
      tcp: {
        routers: { r: { ...all, middlewares: ['old'] } },
        services: { s: balanced('h:1') },
        middlewares: { old: { ipWhiteList: { sourceRange: ['10.0.0.0/8'] } } },
      },
    }),
  ]);
  assert.deepEqual(valueOf(change, 'tcpMiddleware', 'old@file'), {
    type: 'ipAllowList',
    sourceRange: ['10.0.0.0/8'],
  });
  assert.deepEqual(
    change.problems.map(({ code, text, remedy }) => [code, text, remedy]),
    [
      [
        'deprecated-option',
        'ipWhiteList of the tcp middleware old@file is deprecated.',
        'Write ipAllowList.',
      ],
    ],
  );
});

test('options of a TCP service that belong to its transport are told of', async () => {
  const routing = await createRouting();
  const said = translate([
    {
      name: 'db-1',
      networks: { net: '10.0.0.7' },
      labels: {
        'traefik.tcp.routers.db.rule': 'HostSNI(`*`)',
        'traefik.tcp.services.db.loadbalancer.server.port': '5432',
        'traefik.tcp.services.db.loadbalancer.terminationdelay': '50',
      },
    },
  ]);
  const { problems, put } = routing.update([said]);
  assert.deepEqual(
    problems.map(({ code, source }) => [code, source.label]),
    [['deprecated-option', 'traefik.tcp.services.db.loadbalancer.terminationdelay']],
  );
  const service = valueOf({ put } as RoutingChange, 'tcpService', 'db@docker');
  assert.equal(service?.type === 'loadBalancer' && service.value.terminationDelayMs, 50);
});

test('labels are enough to have a TCP server checked', async () => {
  const routing = await createRouting();
  const labels = {
    'traefik.tcp.routers.db.rule': 'HostSNI(`*`)',
    'traefik.tcp.services.db.loadbalancer.server.port': '5432',
    'traefik.tcp.services.db.loadbalancer.healthcheck.send': 'PING',
    'traefik.tcp.services.db.loadbalancer.healthcheck.interval': '5s',
  };
  const said = translate([{ name: 'db-1', networks: { net: '10.0.0.7' }, labels }]);
  const { checks, problems } = routing.update([said]);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    checks.map(({ element, servers }) => [element, servers.map(({ name }) => name)]),
    [['tcp service db@docker', ['10.0.0.7:5432']]],
  );
  const [{ question } = assert.fail()] = checks[0]!.servers;
  assert.deepEqual([question.kind === 'tcp' && question.send, question.intervalMs], ['PING', 5000]);
});

test('TCP servers are checked as their service says', async () => {
  const routing = await createRouting();
  const change = routing.update([
    snapshot('file', {
      tcp: {
        routers: { r: all },
        services: {
          s: {
            loadBalancer: {
              servers: [{ address: '10.0.0.1:5432' }, { address: '[fd00::1]:5432', tls: true }],
              proxyProtocol: { version: 1 },
              healthCheck: {
                port: 8008,
                send: 'PING',
                expect: 'PONG',
                interval: '10s',
                unhealthyInterval: '2s',
              },
            },
          },
        },
      },
    }),
  ]);
  const [checked] = change.checks;
  assert.equal(checked?.element, 'tcp service s@file');
  const questions = checked.servers.map(({ name, question }) => {
    const { transport, ...rest } = question;
    assert.ok(transport);
    return { name, ...rest };
  });
  const alike = { kind: 'tcp', proxyProtocol: undefined, send: 'PING', expect: 'PONG' };
  const pace = { intervalMs: 10_000, unhealthyIntervalMs: 2000, timeoutMs: 5000 };
  assert.deepEqual(questions, [
    { name: '10.0.0.1:5432', address: '10.0.0.1:8008', tls: false, ...alike, ...pace },
    { name: '[fd00::1]:5432', address: '[fd00::1]:8008', tls: true, ...alike, ...pace },
  ]);
  const service = valueOf(change, 'tcpService', 's@file');
  assert.deepEqual(service?.type === 'loadBalancer' && service.value.health, checked.flags);
});

test('a certificate resolver is told of where TLS ends here', async () => {
  const routing = await createRouting();
  const asking = (passthrough: boolean) => ({
    tcp: {
      routers: { r: { ...all, tls: { certResolver: 'le', passthrough } } },
      services: { s: balanced('h:1') },
    },
  });
  const codes = (said: object) => routing.update([snapshot('file', said)]).problems.map(({ code }) => code);
  assert.deepEqual(codes(asking(false)), ['certificate-resolver-missing']);
  assert.deepEqual(codes(asking(true)), []);
});

test('what workers cannot build disables the routers that need it, until the next change', async () => {
  const routing = await createRouting();
  const said = snapshot('file', { tcp: { routers: { r: all }, services: { s: balanced('h:1') } } });
  routing.update([said]);
  const failed = routing.failed([{ kind: 'tcpService', name: 's@file', text: 'it is too odd' }]);
  assert.deepEqual(tcpRouter(failed, 'r@file'), ['disabled', 'it is too odd']);
  assert.deepEqual(
    failed.remove.map(({ kind }) => kind).sort(),
    ['tcpRouter', 'tcpRouter', 'tcpService', 'tcpServersTransport'].sort(),
  );
  assert.deepEqual(tcpRouter(routing.update([said]), 'r@file'), ['enabled']);
});

test('of several UDP routers on one entry point the last by name is served, and the others are told', async () => {
  const routing = await createRouting({ entryPoints: [entryPoint('web'), udpEntryPoint('dns')] });
  const change = routing.update([
    snapshot('file', {
      udp: {
        routers: { a: { service: 's' }, b: { service: 's' } },
        services: { s: balanced('h:53', 'i:53') },
      },
    }),
  ]);
  assert.deepEqual(names(change, 'udpRouter'), ['b@file dns']);
  assert.deepEqual(
    change.runtime.udp.routers.map(({ status }) => status),
    ['enabled', 'enabled'],
  );
  assert.deepEqual(
    change.problems.map(({ code, source }) => [code, source.element]),
    [['udp-router-shadowed', 'udp router a@file']],
  );
  const service = valueOf(change, 'udpService', 's@file');
  assert.deepEqual(service?.type === 'loadBalancer' && service.value.servers, ['h:53', 'i:53']);
});
