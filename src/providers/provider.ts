/** The contract of a source of routes: it delivers whole snapshots and never touches a handler. */
import type { Problem, ProblemSource } from '../model/problem.ts';
import type { DynamicConfiguration } from '../routing/schema/dynamic-configuration.ts';

export interface Provider extends AsyncDisposable {
  /** As in qualified names: `web@docker`. */
  readonly name: string;
  /**
   * Resolves when the provider is at work, not when it has found something: a source that cannot be reached
   * delivers a snapshot with that problem and goes on trying.
   */
  start(deliver: Deliver): Promise<void>;
}

export type Deliver = (snapshot: Snapshot) => void;

/** Everything a provider knows at one moment; it replaces what the provider said before. */
export interface Snapshot {
  readonly provider: string;
  readonly configuration: DynamicConfiguration;
  readonly problems: readonly Problem[];
  /** Where an element was written, by kind and qualified name: `router web@docker`. */
  readonly origins: ReadonlyMap<string, ProblemSource>;
}
