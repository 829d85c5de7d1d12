/** The contract of a source of routes: it delivers whole snapshots and never touches a handler. */
import type { RoutingSnapshot } from '../routing/snapshot.ts';

/** It replaces what the provider said before. An element that has not changed stays the same object. */
export type Snapshot = RoutingSnapshot;

export type Deliver = (snapshot: Snapshot) => void;

export interface Provider extends AsyncDisposable {
  /** As in qualified names: `web@docker`. */
  readonly name: string;
  /**
   * Resolves when the provider is at work, not when it has found something: a source that cannot be reached
   * delivers a snapshot with that problem and goes on trying.
   */
  start(deliver: Deliver): Promise<void>;
}
