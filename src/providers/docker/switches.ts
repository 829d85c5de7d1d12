/** The labels that decide whether and how a container is looked at, apart from what it wants routed. */
import type { z } from 'zod';
import { decodeLabels } from '../../config/labels.ts';
import { flag, structure, text } from '../../config/options.ts';
import type { Problem } from '../../model/problem.ts';
import type { Container } from './container.ts';

const switches = structure({
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

/** `value` is undefined when a switch is wrong. */
export function decodeSwitches(container: Container): {
  value: Switches | undefined;
  problems: Problem[];
} {
  const { value, problems } = decodeLabels(switches, container.labels, {
    root: 'traefik',
    prefixes: ['traefik.docker.', 'traefik.enable'],
    source: { provider: 'docker', container: container.name },
  });
  return { value: value && flattened(value), problems };
}

function flattened({ enable, docker }: z.output<typeof switches>): Switches {
  return { enable, network: docker.network, allowNonRunning: docker.allowNonRunning };
}
