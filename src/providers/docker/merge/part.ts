import type { ProblemSource } from '../../../model/problem.ts';
import type { DynamicConfiguration } from '../../../routing/schema/dynamic-configuration.ts';
import type { Container } from '../container.ts';

/** What one container says. */
export interface Part {
  readonly container: Container;
  /** Servers are listed in the order of it, whatever order the engine lists containers in. */
  readonly key: string;
  readonly configuration: DynamicConfiguration;
}

/** An element as one container defines it. */
export interface Definition {
  readonly part: Part;
  readonly element: unknown;
}

export function sourceOf({ part }: Definition): ProblemSource {
  return { provider: 'docker', container: part.container.name };
}
