import type { SharedCells } from '../balancing/shared-cells.ts';
import { HealthChecks } from '../health/health-checks.ts';
import type { Logger } from '../observability/logger.ts';
import type { ProblemBook } from '../operations/problem-book.ts';

interface Surroundings {
  readonly cells: SharedCells;
  readonly problems: ProblemBook;
  readonly log: Logger;
  onChange(): void;
}

/** Servers are checked here, and what is wrong with them stands with the other problems. */
export function healthChecks({ cells, problems, log, onChange }: Surroundings): HealthChecks {
  return new HealthChecks({
    cells,
    log,
    onProblems: (found) => problems.report('health', found),
    onChange,
    random: Math.random,
  });
}
