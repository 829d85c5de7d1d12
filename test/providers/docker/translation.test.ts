import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProblemCode } from '../../../src/model/problem-codes.ts';
import type { Snapshot } from '../../../src/providers/provider.ts';
import { type Short, translate } from './containers.ts';

const routersOf = ({ configuration }: Snapshot) => configuration.http.routers;
const ruleOf = (snapshot: Snapshot, name: string) => routersOf(snapshot)[name]?.rule;
const codes = ({ problems }: Snapshot) => problems.map((problem) => problem.code);
const serversOf = (snapshot: Snapshot, service: string) =>
  snapshot.configuration.http.services[service]?.loadBalancer?.servers.map((server) => server.url);

const port = { 'traefik.http.services.app.loadbalancer.server.port': '8080' };

describe('the address of a container', () => {
  const networks = { zeta: '10.0.3.1', alpha: '10.0.1.1', mid: '10.0.2.1' };
  const own: Short = {
    name: 'proxy',
    id: 'f'.repeat(64),
    networks: { mid: '10.0.2.9' },
    labels: { 'traefik.enable': 'false' },
  };
  const url = (short: Short, written = {}) =>
    serversOf(translate([short, own], written, 'f'.repeat(12)), 'cafe');

  it('is in the network of the label, then of the provider, then one shared with us', () => {
    const labels = { 'traefik.docker.network': 'zeta' };
    assert.deepEqual(url({ name: 'cafe', networks, labels }, { network: 'alpha' }), ['http://10.0.3.1:80']);
    assert.deepEqual(url({ name: 'cafe', networks }, { network: 'alpha' }), ['http://10.0.1.1:80']);
    assert.deepEqual(url({ name: 'cafe', networks }), ['http://10.0.2.1:80']);
  });

  it('is in the first network by name when nothing else decides, and the choice is named', () => {
    const snapshot = translate([{ name: 'cafe', networks, labels: { 'traefik.enable': 'true' } }]);
    assert.deepEqual(serversOf(snapshot, 'cafe'), ['http://10.0.1.1:80']);
    assert.deepEqual(codes(snapshot), ['network-ambiguous']);
  });

  it('names the missing network and the one that Compose made of it', () => {
    const labels = { 'traefik.docker.network': 'web' };
    const snapshot = translate([{ name: 'cafe', networks: { shop_web: '10.0.0.2' }, labels }]);
    assert.deepEqual(serversOf(snapshot, 'cafe'), ['http://10.0.0.2:80']);
    assert.match(snapshot.problems[0]?.remedy ?? '', /traefik\.docker\.network=shop_web/);
  });

  it('is found through containers that share a network, but not in a circle', () => {
    const vpn = { name: 'vpn', networks: { net: '10.0.0.7' }, labels: { 'traefik.enable': 'false' } };
    const inside = { name: 'cafe', networkMode: 'container:vpn', labels: port };
    assert.deepEqual(serversOf(translate([vpn, inside]), 'app'), ['http://10.0.0.7:8080']);
    const circle = translate([
      { name: 'one', networkMode: 'container:two', labels: port },
      { name: 'two', networkMode: 'container:one', labels: port },
    ]);
    assert.deepEqual(codes(circle), ['address-missing', 'address-missing']);
  });
});

describe('replicas and conflicts', () => {
  const rule = (host: string) => ({ 'traefik.http.routers.r.rule': `Host(\`${host}\`)` });
  const old = { name: 'zoo', created: '2025-01-01', labels: rule('old') };
  const young = { name: 'ant', created: '2025-06-01', labels: rule('young') };

  it('keeps what the older container says, in whatever order they come, and shows both', () => {
    for (const shorts of [
      [old, young],
      [young, old],
    ]) {
      const snapshot = translate(shorts);
      assert.equal(ruleOf(snapshot, 'r'), 'Host(`old`)');
      const [problem] = snapshot.problems;
      assert.equal(problem?.code, 'defined-differently');
      assert.equal(problem?.source.container, 'ant');
      assert.match(problem?.text ?? '', /"zoo" and "ant"/);
      assert.equal(snapshot.origins.get('router r@docker')?.container, 'zoo');
    }
  });

  it('gives the same snapshot for the same containers in another order', () => {
    const shorts = ['a', 'b', 'c'].map((name, index) => ({
      name,
      networks: { n: `10.0.0.${index + 1}` },
      created: '2025-01-01',
      labels: port,
    }));
    assert.deepEqual(translate(shorts), translate(shorts.toReversed()));
    assert.equal(serversOf(translate(shorts), 'app')?.length, 3);
  });

  it('lets one wrong label hurt its own container only', () => {
    const wrong = { name: 'tea', labels: { ...rule('tea'), 'traefik.http.routers.r.entrypoint': 'web' } };
    const snapshot = translate([{ name: 'cafe' }, wrong]);
    assert.deepEqual(Object.keys(routersOf(snapshot)), ['cafe']);
    const [problem] = snapshot.problems;
    assert.equal(problem?.source.label, 'traefik.http.routers.r.entrypoint');
    assert.match(problem?.remedy ?? '', /entryPoints/i);
  });
});

describe('labels that offer uplinks', () => {
  const banking = {
    'traefik.http.routers.banking.rule': 'Host(`bank.lan`)',
    'traefik.http.routers.banking.entrypoints': 'web',
    'traefik.http.routers.banking.middlewares': 'm',
    'traefik.http.routers.banking.tls': 'true',
    'traefik.http.middlewares.m.addprefix.prefix': '/m',
  };

  it('put a second router beside each one, and leave the first as it is', () => {
    const snapshot = translate([
      { name: 'cafe', labels: { ...banking, 'hub.uplinks': 'banking-api, other' } },
    ]);
    const { banking: local, 'banking-uplink': offered } = routersOf(snapshot);
    assert.deepEqual([local?.entryPoints, local?.uplinks, local?.tls !== undefined], [['web'], [], true]);
    assert.deepEqual(offered?.uplinks, ['banking-api', 'other']);
    assert.deepEqual([offered?.entryPoints, offered?.tls, offered?.middlewares], [[], undefined, ['m']]);
    assert.equal(offered?.service, local?.service);
    assert.deepEqual(Object.keys(snapshot.configuration.http.uplinks).sort(), ['banking-api', 'other']);
  });

  it('carry options of the uplink, in either form', () => {
    const labels = {
      ...banking,
      'hub.routers.banking.uplinks': 'api',
      'hub.uplinks.api.weight': '80',
      'hub.uplinks.api.exposeName': 'bank-api',
      'traefik.http.uplinks.api2.healthcheck.path': '/health',
      'traefik.http.uplinks.api3': 'true',
    };
    const { uplinks } = translate([{ name: 'cafe', labels }]).configuration.http;
    assert.partialDeepStrictEqual(uplinks['api'], { weight: 80, exposeName: 'bank-api' });
    assert.equal(uplinks['api2']?.healthCheck?.path, '/health');
    assert.equal(uplinks['api3']?.weight, 1);
  });

  it("make an uplink router of the router itself in Hub's own form", () => {
    const labels = { 'traefik.http.routers.r.rule': 'Path(`/`)', 'traefik.http.routers.r.uplinks': 'api' };
    const snapshot = translate([{ name: 'cafe', labels }]);
    assert.deepEqual(Object.keys(routersOf(snapshot)), ['r']);
    assert.deepEqual(routersOf(snapshot)['r']?.uplinks, ['api']);
    assert.equal(snapshot.configuration.http.uplinks['api']?.weight, 1);
  });

  it('offer a container without routers as a whole', () => {
    const labels = { ...port, 'hub.uplinks': 'api' };
    const offered = routersOf(translate([{ name: 'cafe', labels }]))['cafe-uplink'];
    assert.deepEqual([offered?.rule, offered?.service], ['PathPrefix(`/`)', 'app']);
  });

  it('need no traefik.enable, and with traefik.enable=false offer to parents alone', () => {
    const wishes: Record<string, string>[] = [{}, { 'traefik.enable': 'false' }];
    for (const labels of wishes) {
      const container = { name: 'cafe', labels: { ...labels, ...banking, 'hub.uplinks': 'api' } };
      const snapshot = translate([container], { exposedByDefault: false });
      assert.deepEqual(Object.keys(routersOf(snapshot)), ['banking-uplink']);
      assert.deepEqual(Object.keys(snapshot.configuration.http.middlewares), ['m']);
    }
  });

  it('count for nothing with hub.enable=false', () => {
    const labels = { ...banking, 'hub.uplinks': 'api', 'hub.enable': 'false' };
    const snapshot = translate([{ name: 'cafe', labels }]);
    assert.deepEqual(Object.keys(routersOf(snapshot)), ['banking']);
    assert.deepEqual(snapshot.configuration.http.uplinks, {});
  });

  it('let a container that only names an uplink share the options of another', () => {
    const snapshot = translate([
      { name: 'cafe', labels: { 'hub.uplinks': 'api', 'hub.uplinks.api.weight': '7' } },
      { name: 'tea', labels: { 'hub.uplinks': 'api' } },
    ]);
    assert.equal(snapshot.configuration.http.uplinks['api']?.weight, 7);
    assert.deepEqual(snapshot.problems, []);
  });

  const wrong: [string, Record<string, string>, ProblemCode][] = [
    ['a router that is not declared', { ...banking, 'hub.routers.bankin.uplinks': 'api' }, 'router-unknown'],
    ['a name that is no name', { 'hub.uplinks': 'api', 'hub.uplinks.api.exposename': 'a b`' }, 'wrong-value'],
    ['a negative weight', { 'hub.uplinks': 'api', 'hub.uplinks.api.weight': '-1' }, 'wrong-value'],
    ['an unknown option', { 'hub.uplinks': 'api', 'hub.uplinks.api.wait': '1' }, 'unknown-option'],
    [
      'several services and no router',
      { ...port, 'traefik.http.services.b.loadbalancer.server.port': '1', 'hub.uplinks': 'api' },
      'service-ambiguous',
    ],
  ];
  for (const [what, labels, code] of wrong) {
    it(`refuse ${what}, and the whole container with it`, () => {
      const snapshot = translate([{ name: 'cafe', labels }]);
      assert.deepEqual(routersOf(snapshot), {});
      assert.ok(codes(snapshot).includes(code), codes(snapshot).join());
      assert.equal(snapshot.problems[0]?.severity, 'error');
    });
  }
});

describe('labels that hardly say what was meant', () => {
  const lints: [string, Record<string, string>, string, RegExp][] = [
    ['a misspelled prefix', { 'treafik.http.routers.r.rule': 'x' }, 'label-ignored', /"traefik"/],
    ['an unknown section', { 'traefik.dokcer.network': 'x' }, 'label-ignored', /traefik\.docker/],
    ['a port of version 1', { 'traefik.port': '80' }, 'label-of-version-1', /loadbalancer\.server\.port/],
    ['a frontend of version 1', { 'traefik.frontend.rule': 'Host:x' }, 'label-of-version-1', /routers/],
    ['a misspelled uplink', { 'hub.uplink': 'api' }, 'label-ignored', /hub\.uplinks/],
    [
      'options of an uplink that nobody offers',
      { 'hub.uplinks.api.weight': '3' },
      'uplink-unused',
      /hub\.uplinks=api/,
    ],
    [
      'one name on the rule and another on the rest',
      {
        'traefik.http.routers.irvin.rule': 'Host(`x`)',
        'traefik.http.routers.monitor.entrypoints': 'web',
      },
      'rule-missing',
      /"irvin"/,
    ],
    [
      'a hash that Compose has cut',
      { 'traefik.http.middlewares.m.basicauth.users': 'ann:/xyz.' },
      'password-unusable',
      /doubled/,
    ],
    ['an empty chain', { 'traefik.http.middlewares.m.chain.middlewares': '' }, 'chain-empty', /separated/],
    [
      'a variable that nobody has filled in',
      { 'traefik.http.routers.r.rule': 'Host(`${DOMAIN}`)' },
      'unfilled-placeholder',
      /\.env/,
    ],
  ];
  for (const [what, labels, code, remedy] of lints) {
    it(`are named: ${what}`, () => {
      const snapshot = translate([{ name: 'cafe', labels }]);
      const problem = snapshot.problems.find((one) => one.code === code);
      assert.equal(problem?.severity, 'warning');
      assert.match(problem?.remedy ?? '', remedy);
      assert.ok(Object.keys(routersOf(snapshot)).length > 0, 'nothing else is changed');
    });
  }

  it('are not found in the groups of a replacement', () => {
    const redirect = 'traefik.http.middlewares.m.redirectregex';
    const labels = {
      [`${redirect}.regex`]: '^http://(?<rest>.*)',
      [`${redirect}.replacement`]: 'https://${rest}',
    };
    assert.deepEqual(codes(translate([{ name: 'cafe', labels }])), []);
  });

  it('are not found in hashes as htpasswd writes them', () => {
    const users = [
      'a:$apr1$WYqVuvXH$zeEtNRHcFdSAE5JjSDgOr0',
      'b:$2y$05$xQfNZS8kTaGXm5ZmRT7rUOv2m0n2vFW5yKzS6Qd2u4sJ4nqgUnlGa',
      'c:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=',
    ];
    const labels = { 'traefik.http.middlewares.m.basicauth.users': users.join(',') };
    assert.deepEqual(codes(translate([{ name: 'cafe', labels }])), []);
  });

  it('are named when a container with routes is not enabled', () => {
    const labels = { 'traefik.http.routers.r.rule': 'Host(`x`)' };
    const snapshot = translate([{ name: 'cafe', labels }], { exposedByDefault: false });
    assert.deepEqual(codes(snapshot), ['not-enabled']);
  });

  it('are named when the port is a guess', () => {
    const container = { name: 'cafe', expose: ['8080', '443'], labels: { 'traefik.enable': 'true' } };
    const snapshot = translate([container]);
    assert.deepEqual(serversOf(snapshot, 'cafe'), ['http://172.17.0.2:443']);
    assert.deepEqual(codes(snapshot), ['port-ambiguous']);
  });

  it('are no error on a container that nobody labelled', () => {
    const { problems } = translate([{ name: 'cron', expose: [] }]);
    assert.deepEqual([problems[0]?.code, problems[0]?.severity], ['port-missing', 'warning']);
  });
});

describe('mistakes of one container', () => {
  const others = {
    'traefik.http.routers.r.rule': 'Host(`x`)',
    'traefik.http.routers.r.priorty': '1',
    'traefik.tcp.routers.t.entrypoint': 'web',
  };
  const wrongLabels = ({ problems }: Snapshot) => problems.map(({ source }) => source.label ?? '').sort();
  const mistakes = [
    ['a switch that is none', { 'traefik.enabled': 'true' }],
    ['a switch that is not on or off', { 'traefik.enable': 'jein' }],
    ['an unknown option of the provider', { 'traefik.docker.netwrk': 'web', 'traefik.enable': 'true' }],
    ['an offer that cannot be read', { 'hub.uplinks.api.wait': '1', 'traefik.enable': 'true' }],
  ] as const;

  for (const [what, labels] of mistakes) {
    const [wrong] = Object.keys(labels);
    it(`are told together with ${what}`, () => {
      const container = { name: 'cafe', labels: { ...labels, ...others } };
      const snapshot = translate([container], { exposedByDefault: false });
      const expected = [wrong, 'traefik.http.routers.r.priorty', 'traefik.tcp.routers.t.entrypoint'];
      assert.deepEqual(wrongLabels(snapshot), expected);
      assert.deepEqual(routersOf(snapshot), {});
    });

    it(`are told with ${what} when they show up late, and keep the container out`, () => {
      const container = {
        name: 'cafe',
        expose: [],
        labels: { ...labels, 'traefik.http.routers.r.rule': 'Host(`x`)' },
      };
      const snapshot = translate([container]);
      assert.deepEqual(codes(snapshot).slice(1), ['port-missing']);
      assert.deepEqual(routersOf(snapshot), {});
    });
  }

  it('bring no others with them: what the right switches say is kept', () => {
    const networks = { one: '10.0.1.1', two: '10.0.2.1' };
    const labels = { 'traefik.enable': 'jein', 'traefik.docker.network': 'two' };
    assert.deepEqual(codes(translate([{ name: 'cafe', networks, labels }])), ['wrong-value']);
  });

  it("are nobody's business when the container is switched off", () => {
    const labels = { 'traefik.enable': 'false', 'traefik.docker.netwrk': 'web', ...others };
    assert.deepEqual(wrongLabels(translate([{ name: 'cafe', labels }])), ['traefik.docker.netwrk']);
  });
});

describe('services that Traefik knows from files only', () => {
  it('are made of labels: weights over other services, and how servers are reached', () => {
    const labels = {
      ...port,
      'traefik.http.routers.r.rule': 'Host(`x`)',
      'traefik.http.routers.r.service': 'split',
      'traefik.http.services.split.weighted.services[0].name': 'app',
      'traefik.http.services.split.weighted.services[0].weight': '9',
      'traefik.http.services.split.weighted.services[1].name': 'vm@file',
      'traefik.http.serverstransports.t.insecureskipverify': 'true',
    };
    const { services, serversTransports } = translate([{ name: 'cafe', labels }]).configuration.http;
    assert.deepEqual(services['split']?.weighted?.services, [
      { name: 'app', weight: 9 },
      { name: 'vm@file', weight: 1 },
    ]);
    assert.equal(serversTransports['t']?.insecureSkipVerify, true);
  });
});
