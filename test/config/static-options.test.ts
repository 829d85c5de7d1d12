import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadStaticConfiguration } from '../../src/app/static-options/load.ts';

interface Machine {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

const load = ({ args = [], env = {}, files = {} }: Machine) =>
  loadStaticConfiguration({ args, env, readFile: (path) => files[path] });

function sound(machine: Machine) {
  const { configuration, problems } = load(machine);
  assert.ok(configuration, JSON.stringify(problems));
  return { configuration, problems };
}

test('with nothing at all it serves port 80, labelled containers only, and the API to this machine', () => {
  const { configuration, origin } = load({});
  assert.equal(origin.kind, 'nothing');
  assert.equal(configuration?.entryPoints.web?.address, ':80');
  assert.equal(configuration?.entryPoints.traefik?.address, '127.0.0.1:8080');
  assert.equal(configuration?.providers.docker?.exposedByDefault, false);
  assert.equal(configuration?.log.level, 'INFO');
});

test('with one option the defaults of Traefik hold', () => {
  const { configuration } = sound({ args: ['--providers.docker'] });
  assert.deepEqual(Object.keys(configuration.entryPoints), ['http']);
  assert.equal(configuration.entryPoints.http?.address, ':80');
  assert.equal(configuration.providers.docker?.exposedByDefault, true);
  assert.equal(configuration.providers.docker?.endpoint, 'unix:///var/run/docker.sock');
  assert.equal(configuration.log.level, 'ERROR');
  assert.equal(configuration.serversTransport.maxIdleConnsPerHost, 200);
  assert.equal(configuration.serversTransport.forwardingTimeouts.dialTimeout, 30_000);
});

const internal: readonly [args: string[], isThere: boolean][] = [
  [['--api'], false],
  [['--api.insecure'], true],
  [['--ping'], true],
  [['--ping.manualrouting'], false],
  [['--ping.entrypoint=web', '--entrypoints.web.address=:80'], false],
  [['--metrics.prometheus'], true],
  [['--metrics.prometheus.manualrouting'], false],
  [['--metrics.prometheus.entrypoint=web', '--entrypoints.web.address=:80'], false],
  [['--providers.rest.insecure'], true],
];

for (const [args, isThere] of internal)
  test(`${args.join(' ')} ${isThere ? 'opens' : 'does not open'} the entry point "traefik"`, () => {
    assert.equal(sound({ args }).configuration.entryPoints.traefik?.address, isThere ? ':8080' : undefined);
  });

test('an entry point "traefik" of the user is left alone', () => {
  const { configuration } = sound({ args: ['--api.insecure', '--entrypoints.traefik.address=:9000'] });
  assert.equal(configuration.entryPoints.traefik?.address, ':9000');
});

const file = 'entryPoints: { web: { address: ":1" } }';

test('a file, flags and variables are never mixed, and what is left out is told', () => {
  const env = { TRAEFIK_ENTRYPOINTS_WEB_ADDRESS: ':3' };
  const args = ['--entrypoints.web.address=:2'];
  const all = sound({ args: [...args, '--configFile=a.yml'], env, files: { 'a.yml': file } });
  assert.equal(all.configuration.entryPoints.web?.address, ':1');
  assert.deepEqual(
    all.problems.map(({ code, source }) => [code, source.flag ?? source.variable]),
    [
      ['ignored-option', '--entrypoints.web.address'],
      ['ignored-option', 'TRAEFIK_ENTRYPOINTS_WEB_ADDRESS'],
    ],
  );
  const flags = sound({ args, env });
  assert.equal(flags.configuration.entryPoints.web?.address, ':2');
  assert.deepEqual(
    flags.problems.map(({ code }) => code),
    ['ignored-option'],
  );
  assert.equal(sound({ env }).configuration.entryPoints.web?.address, ':3');
});

const searches: readonly [why: string, env: Record<string, string>, path: string][] = [
  ['our own place', {}, '/etc/fairlead/fairlead.yml'],
  ['the place of Traefik', {}, '/etc/traefik/traefik.toml'],
  ['the folder for settings', { XDG_CONFIG_HOME: '/x' }, '/x/traefik.yaml'],
  ['the home folder', { HOME: '/home/me' }, '/home/me/.config/fairlead.yml'],
  ['the working directory', {}, './traefik.yml'],
  ['a variable that names it', { FAIRLEAD_CONFIGFILE: '/b.yml' }, '/b.yml'],
  ['a path with a variable', { TRAEFIK_CONFIGFILE: '$DIR/b.yml', DIR: '/d' }, '/d/b.yml'],
];

for (const [why, env, path] of searches)
  test(`the file is found in ${why}`, () => {
    const text = path.endsWith('toml') ? '[entryPoints.web]\naddress = ":1"' : file;
    const { configuration, origin } = load({ env, files: { [path]: text } });
    assert.deepEqual(origin, { kind: 'file', file: path });
    assert.equal(configuration?.entryPoints.web?.address, ':1');
  });

test('our own file goes before that of Traefik', () => {
  const files = { '/etc/traefik/traefik.toml': '[api]', './fairlead.yml': file };
  assert.equal(load({ files }).origin.file, './fairlead.yml');
});

const refused: readonly [why: string, machine: Machine, code: string, remedy?: RegExp][] = [
  ['a file that does not exist', { args: ['--configFile=/x.yml'] }, 'configuration-file-unusable'],
  ['an empty file', { args: ['--configFile=a'], files: { a: '' } }, 'no-known-section'],
  ['a file of something else', { args: ['--configFile=a'], files: { a: 'x: 1' } }, 'no-known-section'],
  ['broken YAML', { args: ['--configFile=a'], files: { a: 'api: {' } }, 'malformed-document'],
  ['an unknown flag', { args: ['--entrypoint.web.address=:80'] }, 'unknown-option', /"entryPoints"/],
  ['an unknown nested option', { args: ['--api.insecur'] }, 'unknown-option', /"insecure"/],
  ['an unknown nested variable', { env: { TRAEFIK_API_INSECUR: '1' } }, 'unknown-option', /"insecure"/],
  ['a word without dashes', { args: ['api.insecure=true'] }, 'stray-argument', /--api.insecure=true/],
  ['an option of version 1', { args: ['--docker'] }, 'retired-option', /providers.docker/],
  ['the short form of version 1', { args: ['-c=/traefik.toml'] }, 'retired-option', /configFile/],
  ['entry points of version 1', { args: ['--entrypoints=Name:http Address::80'] }, 'wrong-shape'],
  ['pilot', { args: ['--pilot.token=x'] }, 'retired-option', /Remove/],
  ['swarmMode', { args: ['--providers.docker.swarmMode=true'] }, 'retired-option', /providers.swarm/],
  ['a former tracer', { args: ['--tracing.jaeger=true'] }, 'retired-option', /otlp/],
  [
    'a value of the Helm chart',
    { args: ['--configFile=a'], files: { a: 'api: {}\nports: { x: { uplink: {} } }' } },
    'retired-option',
    /hub.uplinkEntryPoints/,
  ],
  ['an address without a port', { args: ['--entrypoints.web.address=localhost'] }, 'wrong-value'],
  ['a protocol that is none', { args: ['--entrypoints.web.address=:80/sctp'] }, 'wrong-value'],
  ['a base path that is none', { args: ['--api.basepath=x'] }, 'wrong-value'],
  [
    'an unknown provider in the precedence',
    { args: ['--providers.precedence=dokcer'] },
    'wrong-value',
    /docker/,
  ],
  [
    'two kinds of resolver in one',
    { args: ['--certificatesresolvers.x.acme.email=a', '--certificatesresolvers.x.tailscale'] },
    'wrong-value',
  ],
  ['a resolver without storage', { args: ['--certificatesresolvers.x.acme.storage='] }, 'wrong-value'],
  ['logs by OTLP without consent', { args: ['--log.otlp'] }, 'wrong-value'],
  ['a wrong rule syntax', { args: ['--core.defaultrulesyntax=v4'] }, 'wrong-value'],
  ['no interval', { args: ['--hub.providers.multicluster.pollinterval=0'] }, 'wrong-value'],
  [
    'a name twice',
    { args: ['--entrypoints.up.address=:1', '--hub.uplinkentrypoints.up.address=:2'] },
    'wrong-value',
  ],
];

for (const [why, machine, code, remedy] of refused)
  test(`nothing starts with ${why}`, () => {
    const { configuration, problems } = load(machine);
    const errors = problems.filter(({ severity }) => severity === 'error');
    assert.equal(configuration, undefined);
    assert.deepEqual(
      errors.map((problem) => problem.code),
      [code],
    );
    if (remedy) assert.match(errors[0]?.remedy ?? '', remedy);
  });

const told: readonly [why: string, machine: Machine, code: string][] = [
  [
    'an unknown section in a file',
    { args: ['--configFile=a'], files: { a: 'api: {}\nx-notes: 1' } },
    'unknown-option',
  ],
  [
    'routing in the static file',
    { args: ['--configFile=a'], files: { a: 'api: {}\ntls: {}' } },
    'retired-option',
  ],
  [
    'a section of version 1 in a file',
    { args: ['--configFile=a'], files: { a: 'api: {}\nlogLevel: DEBUG' } },
    'retired-option',
  ],
  ['an unknown variable', { env: { TRAEFIK_API: 'true', TRAEFIK_FOO: '1' } }, 'unknown-variable'],
  ['a provider that is not there', { args: ['--providers.nomad.endpoint.address=x'] }, 'not-yet'],
  ['a provider for Swarm', { args: ['--providers.swarm'] }, 'not-yet'],
  ['a resolver for certificates', { args: ['--certificatesresolvers.le.acme.email=a'] }, 'not-yet'],
  ['a deprecated option', { args: ['--core.defaultrulesyntax=v2'] }, 'deprecated-option'],
  ['an unknown log level', { args: ['--log.level=LOUD'] }, 'wrong-value'],
  [
    'a variable nobody fills in',
    { args: ['--configFile=a'], files: { a: 'api: { dashboardName: "${NAME}" }' } },
    'unfilled-placeholder',
  ],
  ['a switch that plugins never had', { args: ['--experimental.plugins.enabled=true'] }, 'retired-option'],
];

for (const [why, machine, code] of told)
  test(`it starts with ${why}, and says so`, () => {
    const { problems } = sound(machine);
    assert.ok(
      problems.some((problem) => problem.code === code),
      JSON.stringify(problems),
    );
    assert.ok(problems.every((problem) => problem.severity === 'warning'));
  });

for (const [arg, remedy] of [
  ['--log.level=LOUD', 'Write one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL, PANIC.'],
  ['--log.level=inof', 'Did you mean "INFO"?'],
  ['--log.format=jason', 'Did you mean "json"?'],
  ['--log.level=warn', undefined],
  ['--log.level=Panic', undefined],
] as const)
  test(`${arg} ${remedy ? 'is answered with what to write instead' : 'is right'}`, () => {
    const { problems } = sound({ args: [arg] });
    assert.deepEqual(
      problems.map((problem) => problem.remedy),
      remedy ? [remedy] : [],
    );
  });

test('several mistakes are told together, each with its place', () => {
  const text = 'api:\n  insecur: true\nlog:\n  levle: INFO\nentryPoints:\n  web:\n    adress: ":80"\n';
  const { problems } = load({ args: ['--configFile=a.yml'], files: { 'a.yml': text } });
  assert.deepEqual(
    problems.map(({ source, remedy }) => [source.line, remedy]),
    [
      [2, 'Did you mean "insecure"?'],
      [4, 'Did you mean "level"?'],
      [7, 'Did you mean "address"?'],
    ],
  );
});

test('mistakes that no single option shows have their place, too', () => {
  const text = 'entryPoints:\n  web:\n    address: ":80/sctp"\n';
  const inFile = load({ args: ['--configFile=a.yml'], files: { 'a.yml': text } });
  assert.equal(inFile.problems[0]?.source.line, 3);
  const inFlags = load({ args: ['--entryPoints.web.address=:80/sctp'] });
  assert.deepEqual(inFlags.problems[0]?.source, { flag: '--entryPoints.web.address' });
});

test('null switches nothing on, an empty structure does', () => {
  const configurationOf = (text: string) =>
    sound({ args: ['--configFile=a'], files: { a: `providers:\n  docker: ${text}\n` } }).configuration;
  assert.equal(configurationOf('').providers.docker, undefined);
  assert.equal(configurationOf('false').providers.docker, undefined);
  assert.equal(configurationOf('{}').providers.docker?.watch, true);
  assert.equal(configurationOf('true').providers.docker?.watch, true);
});

const measured: readonly [args: string[], mistake: RegExp | undefined][] = [
  [['--metrics.prometheus.buckets=0.1,0.5,2'], undefined],
  [['--metrics.prometheus.headerlabels.tenant=X-Tenant'], undefined],
  [['--metrics.prometheus.buckets=0.5,0.1'], /buckets is "0\.5,0\.1", no row of growing numbers/],
  [['--metrics.prometheus.buckets=0.1,fast'], /no row of growing numbers/],
  [['--metrics.prometheus.headerlabels.my-tenant=X-Tenant'], /"my-tenant", which cannot be a label/],
  [['--metrics.prometheus.headerlabels.service=X-Service'], /"service", which cannot be a label/],
];

for (const [args, mistake] of measured)
  test(`${args.join(' ')} is ${mistake ? 'refused' : 'taken'}`, () => {
    const { configuration, problems } = load({ args });
    assert.equal(configuration === undefined, mistake !== undefined);
    if (mistake) assert.match(problems.map(({ text }) => text).join(), mistake);
    else assert.deepEqual(problems, []);
  });

test('metrics that would have to be sent are known, and said not to be there', () => {
  const { problems } = sound({ args: ['--metrics.statsd'] });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['not-yet'],
  );
});
