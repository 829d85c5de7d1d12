/** The labels of each service, and the flags of a proxy among them, as they would be read once they run. */
import { type ConfigNode, childNamed } from '../../config/node.ts';
import type { Problem, ProblemSource } from '../../model/problem.ts';
import type { Container } from '../../providers/docker/container.ts';
import { type DecodeContext, decodeContainer } from '../../providers/docker/decode-container.ts';
import { compileDefaultRule } from '../../providers/docker/default-rule.ts';
import type { Part } from '../../providers/docker/merge/part.ts';
import { loadStaticConfiguration } from '../static-options/load.ts';
import { type Environment, interpolate } from './interpolate.ts';
import { type RuleOwner, ruleProblems } from './rule-problems.ts';

interface ReadCompose {
  readonly problems: readonly Problem[];
  readonly parts: readonly Part[];
  /** Where in the file that is which the provider says of a container. */
  readonly locate: (problem: Problem) => Problem;
}

export function readCompose(document: ConfigNode, env: Environment): ReadCompose {
  const services = (childNamed(document, 'services')?.children ?? []).map((node) => new Service(node, env));
  const byName = new Map(services.map((service) => [service.part?.container.name, service]));
  return {
    problems: services.flatMap((service) => [...service.problems, ...checkCommand(service.node, env)]),
    parts: services.flatMap(({ part }) => part ?? []),
    locate: (problem) => byName.get(problem.source.container)?.locate(problem) ?? problem,
  };
}

interface Label {
  readonly node: ConfigNode;
  readonly value: string;
  /** Names of variables that nobody sets here. */
  readonly open: readonly string[];
}

/** One service as the provider would see its container. */
class Service {
  readonly node: ConfigNode;
  readonly part: Part | undefined;
  readonly problems: readonly Problem[];
  readonly #labels: ReadonlyMap<string, Label>;

  constructor(node: ConfigNode, env: Environment) {
    this.node = node;
    this.#labels = labelsOf(node, env);
    const container = containerOf(node, this.#labels);
    const { configuration, problems } = decodeContainer(container, leniently);
    // Another file may have a service of the same name.
    const apart = { ...container, name: `${node.name} of ${node.place.file}` };
    this.part = configuration && { container: apart, key: apart.name, configuration };
    const placeOf = (owner: RuleOwner) => this.#ruleLabel(owner);
    const rules = configuration ? ruleProblems(configuration, { provider: 'docker', placeOf }) : [];
    this.problems = [...problems, ...rules].map((problem) => this.locate(problem));
  }

  locate(problem: Problem): Problem {
    const written = this.#written(problem.source.label);
    const label = written === undefined ? undefined : this.#labels.get(written);
    const isGuess = guessable.has(problem.code) && label !== undefined && label.open.length > 0;
    const severity = isGuess ? 'warning' : problem.severity;
    const { element } = problem.source;
    const source = {
      ...(label?.node ?? this.node).place,
      container: this.node.name,
      ...(written && { label: written }),
      element,
    };
    return { ...problem, severity, source };
  }

  #ruleLabel({ protocol, router }: RuleOwner): ProblemSource | undefined {
    const label = this.#written(`traefik.${protocol}.routers.${router}.rule`);
    return label === undefined ? undefined : { container: this.node.name, label };
  }

  /** Letter case does not count in labels. */
  #written(label: string | undefined): string | undefined {
    const wanted = label?.toLowerCase();
    return [...this.#labels.keys()].find((name) => name.toLowerCase() === wanted);
  }
}

/** What may become right when the variables in it are set. */
const guessable: ReadonlySet<Problem['code']> = new Set(['wrong-value', 'rule-wrong', 'router-disabled']);

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
