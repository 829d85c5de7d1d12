import type { Problem, ProblemSource } from '../model/problem.ts';
import type { DynamicConfiguration } from './schema/dynamic-configuration.ts';

/** Everything a provider knows at one moment, as far as routing is concerned. */
export interface RoutingSnapshot {
  readonly provider: string;
  readonly configuration: DynamicConfiguration;
  readonly problems: readonly Problem[];
  /** Where an element was written, by kind and qualified name: `router web@docker`. */
  readonly origins: Pick<ReadonlyMap<string, ProblemSource>, 'get'>;
  /** The source has not been seen yet: what is missing here may well be there. */
  readonly isPreliminary?: boolean;
}
