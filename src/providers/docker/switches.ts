/** The labels that decide whether and how a container is looked at, apart from what it wants routed. */
import type { z } from 'zod';
import { decodeLabels } from '../../config/labels.ts';
import { flag, structure, text } from '../../config/options.ts';
import type { Problem } from '../../model/problem.ts';
import type { Container } from './container.ts';

const schema = structure({
  enable: flag().optional(),
  docker: structure({
    network: text().optional(),
    lbSwarm: flag(),
    allowNonRunning: flag(),
  }),
});

export interface Switches {
  /** Undefined: as `exposedByDefault` says. */
  readonly enable: boolean | undefined;
  /** Undefined: as `network` of the provider says; empty: none, whatever the provider says. */
  readonly network: string | undefined;
  readonly allowNonRunning: boolean;
}

const nothingSaid: Switches = { enable: undefined, network: undefined, allowNonRunning: false };

export interface DecodedSwitches {
  /** When a switch is wrong: what the right ones say, of a container that is meant to count. */
  readonly switches: Switches;
  /** False when a switch is wrong. */
  readonly sound: boolean;
  readonly problems: readonly Problem[];
}

export function decodeSwitches(container: Container): DecodedSwitches {
  const { value, problems } = decode(container, container.labels);
  if (value) return { switches: flattened(value), sound: true, problems };
  const wrong = new Set(problems.map((problem) => problem.source.label));
  const right = Object.entries(container.labels).filter(([label]) => !wrong.has(label));
  const rest = decode(container, Object.fromEntries(right)).value;
  const { enable = true, ...others } = rest ? flattened(rest) : nothingSaid;
  return { switches: { enable, ...others }, sound: false, problems };
}

function decode({ name }: Container, labels: Container['labels']) {
  return decodeLabels(schema, labels, {
    root: 'traefik',
    prefixes: ['traefik.docker.', 'traefik.enable'],
    source: { provider: 'docker', container: name },
  });
}

function flattened({ enable, docker }: z.output<typeof schema>): Switches {
  return { enable, network: docker.network, allowNonRunning: docker.allowNonRunning };
}
