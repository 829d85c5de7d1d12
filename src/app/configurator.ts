import type { Logger } from '../observability/logger.ts';
import type { HealthChecks } from '../health/health-checks.ts';
import type { ProblemBook } from '../operations/problem-book.ts';
import type { Snapshot } from '../providers/provider.ts';
import type { ControlRouting, RoutingChange } from '../routing/control/control-routing.ts';
import { ChangeLoop } from './change-loop.ts';
import { Discovery } from './discovery.ts';
import type { UplinkGuard } from './uplink-guard.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ConfiguratorInit {
  readonly routing: ControlRouting;
  readonly pool: WorkerPool;
  readonly problems: ProblemBook;
  readonly guard: UplinkGuard;
  readonly health: Pick<HealthChecks, 'update'>;
  readonly log: Logger;
  /** `providers.providersThrottleDuration`. */
  readonly throttleMs: number;
}

/** A burst of events is one change. */
const gatherMs = 10;

/** Carries what providers say to the workers, and tells people what has become of it. */
export class Configurator implements Disposable {
  readonly #init: ConfiguratorInit;
  readonly #loop: ChangeLoop<RoutingChange>;
  readonly #listeners = new Set<() => void>();
  readonly discovery = new Discovery();
  #planned: readonly Snapshot[] = [];
  #served: RoutingChange | undefined;

  constructor(init: ConfiguratorInit) {
    this.#init = init;
    const { routing, pool, log } = init;
    this.#loop = new ChangeLoop({
      plan: (snapshots) => routing.update((this.#planned = [...snapshots])),
      planWithout: (failures) => routing.failed(failures),
      apply: (change) => pool.apply(change),
      onServed: (change, ms) => this.#onServed(change, ms),
      onFault: (error) =>
        log.error('A change cannot be applied; what was served before stays.', { error: error.stack }),
      gatherMs: Math.max(gatherMs, init.throttleMs),
    });
    void this.discovery.over.then(() => pool.discovered());
  }

  /** What every worker serves now; undefined before the first time. */
  get served(): RoutingChange | undefined {
    return this.#served;
  }

  /** A server has gone down or come up: what is served says something else now. */
  announceHealth(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Calls after each change of what is served; returns what ends that. */
  onServed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  deliver(snapshot: Snapshot): void {
    this.#loop.deliver(snapshot);
  }

  /** A file that is read on the way has changed. */
  refresh(): void {
    this.#loop.refresh();
  }

  /** Resolves when everything said so far is served. */
  settle(): Promise<void> {
    return this.#loop.flush();
  }

  [Symbol.dispose](): void {
    this.#loop.stop();
  }

  #onServed(change: RoutingChange, ms: number): void {
    const { problems, guard, health, log } = this.#init;
    this.#served = change;
    this.discovery.served(this.#planned);
    guard.see(change.put);
    health.update(change.checks);
    problems.report('routing', change.problems);
    problems.report('uplinks', guard.problems());
    for (const listener of this.#listeners) listener();
    if (change.put.length + change.remove.length === 0) return;
    log.info(`The configuration has changed: ${summarized(change)}.`, {
      generation: change.generation,
      ms: Math.round(ms * 10) / 10,
    });
  }
}

/** As many names as a line can bear. */
const namesMax = 5;

function summarized({ summary }: RoutingChange): string {
  const parts = Object.entries(summary).filter(([, names]) => names.length > 0);
  return parts.map(([verb, names]) => `${verb} ${listed(names)}`).join('; ');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, namesMax).join(', ');
  return names.length > namesMax ? `${shown} and ${names.length - namesMax} more` : shown;
}
