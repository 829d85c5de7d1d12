/**
 * Options of earlier versions, and sections that people put in the wrong file. Each gets a message of its own, and
 * is then taken out of the tree, so that it is not reported a second time as unknown.
 */
import type { ConfigNode } from '../../config/node.ts';
import type { Problem } from '../../model/problem.ts';

interface Retired {
  /** Dotted, lower-case; `*` stands for any one name. */
  readonly path: string;
  readonly remedy: string;
  /** The program starts all the same. */
  readonly tolerated?: boolean;
  readonly because?: string;
}

const gone = 'it was removed from Traefik';
const dynamic = 'it belongs to the dynamic configuration';

const retired: readonly Retired[] = [
  { path: 'pilot', because: gone, remedy: 'Remove the section; the service has ended.' },
  { path: 'providers.marathon', because: gone, remedy: 'Remove the section.' },
  { path: 'providers.rancher', because: gone, remedy: 'Remove the section.' },
  {
    path: 'providers.docker.swarmmode',
    because: 'Swarm has a provider of its own',
    remedy: 'Write providers.swarm instead.',
  },
  {
    path: 'providers.docker.swarmmoderefreshseconds',
    because: 'Swarm has a provider of its own',
    remedy: 'Write providers.swarm.refreshSeconds instead, or remove it.',
  },
  {
    path: 'providers.*.tls.caoptional',
    because: 'it never had a meaning for clients',
    remedy: 'Remove the option.',
  },
  ...['consul', 'consulcatalog', 'nomad'].map((name) => ({
    path: `providers.${name}.namespace`,
    because: 'there can be several',
    remedy: `Write providers.${name}.namespaces with a list.`,
  })),
  {
    path: 'experimental.http3',
    because: 'HTTP/3 is an option of each entry point',
    remedy: 'Write entryPoints.<name>.http3 instead.',
  },
  { path: 'tracing.spannamelimit', because: gone, remedy: 'Remove the option.' },
  ...['jaeger', 'zipkin', 'datadog', 'instana', 'haystack', 'elastic'].map((name) => ({
    path: `tracing.${name}`,
    because: gone,
    remedy: 'Write tracing.otlp instead.',
  })),
  {
    path: 'experimental.plugins.enabled',
    because: 'plugins need no switch',
    remedy: 'Remove the option.',
    tolerated: true,
  },
  {
    path: 'ports.*.uplink',
    because: 'it is a value of the Helm chart',
    remedy: 'Write hub.uplinkEntryPoints.<name> with an address instead.',
  },
  ...['http', 'tcp', 'udp', 'tls'].map((name) => ({
    path: name,
    because: dynamic,
    tolerated: true,
    remedy: 'Move the section to a file of the file provider (providers.file.directory).',
  })),
  ...Object.entries({
    docker: 'Write providers.docker instead.',
    file: 'Write providers.file instead.',
    acme: 'Write certificatesResolvers.<name>.acme instead.',
    loglevel: 'Write log.level instead.',
    debug: 'Write log.level=DEBUG instead.',
    traefiklog: 'Write log instead.',
    accesslogsfile: 'Write accessLog.filePath instead.',
    defaultentrypoints: 'Write entryPoints.<name>.asDefault=true instead.',
    insecureskipverify: 'Write serversTransport.insecureSkipVerify instead.',
    web: 'Write api instead.',
    c: 'Write configFile instead.',
  }).map(([path, remedy]) => ({ path, remedy, tolerated: true, because: 'it is an option of Traefik v1' })),
];

const deprecated: Readonly<Record<string, string>> = {
  'core.defaultrulesyntax': 'Rules in the syntax of v2 will go; write them in the syntax of v3.',
  'experimental.kubernetesgateway': 'Remove the option.',
  'experimental.kubernetesingressnginx': 'Remove the option.',
  'tracing.globalattributes': 'Write tracing.resourceAttributes instead.',
  'providers.kubernetesingress.disableingressclasslookup': 'Remove the option.',
};

/** `strict`: flags, where an unknown root name is never somebody else's. */
export function takeRetired(tree: ConfigNode, strict: boolean): Problem[] {
  const problems = retired.flatMap((entry) =>
    takeOut(tree, entry.path.split('.')).map((node) => retiredProblem(node, entry, strict)),
  );
  const outdated = Object.entries(deprecated).flatMap(([path, remedy]) =>
    findAll(tree, path.split('.')).map((node) => deprecatedProblem(node, path, remedy)),
  );
  return [...problems, ...outdated];
}

function takeOut(node: ConfigNode, path: readonly string[]): ConfigNode[] {
  const [name, ...rest] = path as [string, ...string[]];
  const found = matching(node, name);
  if (rest.length > 0) return found.flatMap((child) => takeOut(child, rest));
  for (const child of found) node.children.splice(node.children.indexOf(child), 1);
  return found;
}

function findAll(node: ConfigNode, path: readonly string[]): ConfigNode[] {
  const [name, ...rest] = path;
  return name === undefined ? [node] : matching(node, name).flatMap((child) => findAll(child, rest));
}

const matching = (node: ConfigNode, name: string) =>
  node.children.filter((child) => name === '*' || child.name.toLowerCase() === name);

const retiredProblem = (node: ConfigNode, entry: Retired, strict: boolean): Problem => ({
  code: 'retired-option',
  severity: entry.tolerated && !(strict && !entry.path.includes('.')) ? 'warning' : 'error',
  source: node.place,
  text: `${entry.path.includes('.') ? entry.path : node.name} is no static option: ${entry.because}.`,
  remedy: entry.remedy,
});

const deprecatedProblem = (node: ConfigNode, path: string, remedy: string): Problem => ({
  code: 'deprecated-option',
  severity: 'warning',
  source: node.place,
  text: `${path} is deprecated.`,
  remedy,
});
