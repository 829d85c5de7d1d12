import { HealthFlags } from '../../balancing/health-flags.ts';
import { PassiveHealth } from '../../balancing/passive-health.ts';
import type { CellViews } from '../../balancing/shared-cells.ts';
import type { Usable } from '../../balancing/smooth-round-robin.ts';
import type { Target } from '../../balancing/target.ts';
import { WatchedTarget } from '../../balancing/watched-target.ts';
import type { LoadBalancerRecord } from '../../model/wire.ts';

export interface ServerHealth {
  /** The servers that may be chosen; undefined where nobody looks after them. */
  readonly well: Usable | undefined;
  /** A target whose answers count, where they do. */
  watched(target: Target, index: number): Target;
}

interface Materials {
  readonly cells: CellViews;
  now(): number;
}

/** What is known of the servers of a service, by asking them and by what they answer to clients. */
export function serverHealth(
  { health, passiveHealth }: Pick<LoadBalancerRecord, 'health' | 'passiveHealth'>,
  { cells, now }: Materials,
): ServerHealth {
  const flags = health && new HealthFlags(cells.view(health));
  if (!passiveHealth) return { well: flags, watched: (target) => target };
  const passive = new PassiveHealth({ ...passiveHealth, cell: cells.view(passiveHealth.cell), flags, now });
  return { well: passive, watched: (target, index) => new WatchedTarget(target, { index, health: passive }) };
}
