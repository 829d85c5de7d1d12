/** The labels of each service, and the flags of a proxy among them, as they would be read once they run. */
import { type ConfigNode, childNamed } from '../../config/node.ts';
import type { Problem, ProblemSource } from '../../model/problem.ts';
import type { Container } from '../../providers/docker/container.ts';
import { type DecodeContext, decodeContainer } from '../../providers/docker/decode-container.ts';
import { compileDefaultRule } from '../../providers/docker/default-rule.ts';
import { loadStaticConfiguration } from '../static-options/load.ts';
import { type Environment, interpolate } from './interpolate.ts';
import { type RuleOwner, ruleProblems } from './rule-problems.ts';

export function checkCompose(document: ConfigNode, env: Environment): Problem[] {
  const services = childNamed(document, 'services')?.children ?? [];
  return services.flatMap((service) => [...checkLabels(service, env), ...checkCommand(service, env)]);
}

interface Label {
  readonly node: ConfigNode;
  readonly value: string;
  /** Names of variables that nobody sets here. */
  readonly open: readonly string[];
}

function checkLabels(service: ConfigNode, env: Environment): Problem[] {
  const labels = labelsOf(service, env);
  const { configuration, problems } = decodeContainer(containerOf(service, labels), leniently);
  const rules = configuration
    ? ruleProblems(configuration, (owner) => ruleLabel(owner, service, labels))
    : [];
  return [...problems, ...rules].map((problem) => {
    const label = labels.get(problem.source.label ?? '');
    const isGuess = guessable.has(problem.code) && label !== undefined && label.open.length > 0;
    const severity = isGuess ? 'warning' : problem.severity;
    const { container, label: name, element } = problem.source;
    const source = { ...(label?.node ?? service).place, container, ...(name && { label: name }), element };
    return { ...problem, severity, source };
  });
}

/** What may become right when the variables in it are set. */
const guessable: ReadonlySet<Problem['code']> = new Set(['wrong-value', 'rule-wrong']);

/** The label with the rule of a router; letter case does not count in labels. */
function ruleLabel(
  { protocol, router }: RuleOwner,
  service: ConfigNode,
  labels: ReadonlyMap<string, Label>,
): ProblemSource | undefined {
  const wanted = `traefik.${protocol}.routers.${router}.rule`.toLowerCase();
  const label = [...labels.keys()].find((name) => name.toLowerCase() === wanted);
  return label === undefined ? undefined : { container: service.name, label };
}

/** Labels stand as a mapping or as a list of `name=value`. */
function labelsOf(service: ConfigNode, env: Environment): Map<string, Label> {
  const section = childNamed(service, 'labels');
  const written = (section?.children ?? []).map((node): [ConfigNode, string, string] => {
    if (section?.form !== 'sequence') return [node, node.name, node.value ?? ''];
    const [name, ...rest] = (node.value ?? '').split('=');
    return [node, name as string, rest.join('=')];
  });
  return new Map(
    written.map(([node, name, value]) => {
      const filledName = interpolate(name, env);
      const filled = interpolate(value, env);
      return [filledName.text, { node, value: filled.text, open: [...filledName.open, ...filled.open] }];
    }),
  );
}

/**
 * As the engine would tell it, with an address and a port, since an image tells its port only when it
 * runs.
 */
function containerOf(service: ConfigNode, labels: ReadonlyMap<string, Label>): Container {
  const values = Object.fromEntries([...labels].map(([name, { value }]) => [name, value]));
  const network = values['traefik.docker.network'] ?? 'default';
  return {
    id: service.name,
    name: service.name,
    created: '',
    status: 'running',
    health: '',
    labels: values,
    networkMode: network,
    networks: [{ name: network, ipv4: '192.0.2.1', ipv6: '' }],
    ports: [{ number: 80, protocol: 'tcp', bindings: [] }],
  };
}

const leniently: DecodeContext = {
  rules: { exposedByDefault: true, allowEmptyServices: true, accepts: () => true },
  defaultRule: compileDefaultRule('Host(`{{ normalize .Name }}`)'),
  useBindPortIP: false,
  neighbourhood: {
    network: '',
    hostAddress: '192.0.2.1',
    ownNetworks: new Set(),
    find: () => undefined,
  },
};

function checkCommand(service: ConfigNode, env: Environment): Problem[] {
  const image = childNamed(service, 'image')?.value ?? '';
  if (!/(^|\/)(traefik|fairlead)(:|@|$)/.test(image)) return [];
  const command = childNamed(service, 'command');
  const words = command?.form === 'sequence' ? command.children : splitCommand(command);
  const args = words
    .map((word) => interpolate(word.value ?? '', env).text)
    .filter((arg) => !/^-{1,2}configfile=/i.test(arg));
  if (!args.some((arg) => arg.startsWith('-'))) return [];
  const { problems } = loadStaticConfiguration({ args, env: {}, readFile: () => undefined });
  return problems.map((problem) => ({
    ...problem,
    source: { ...(command ?? service).place, container: service.name, ...problem.source },
  }));
}

function splitCommand(command: ConfigNode | undefined): ConfigNode[] {
  const words = (command?.value ?? '').split(/\s+/).filter((word) => word !== '');
  return words.map((value) => ({ ...(command as ConfigNode), value }));
}
