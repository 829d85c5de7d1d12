import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

interface Collection {
  readonly type: 'major';
  /** As if there were no memory left: what is free is not kept for later. */
  readonly flavor: 'last-resort';
}

/**
 * Reading the configuration and building the first generation takes memory that the control plane needs never
 * again. V8 would keep it for work that does not come: a tenth of what the program takes at rest.
 */
export function giveBackMemory({ beyondBytes = 0 } = {}): void {
  if (getHeapStatistics().used_heap_size <= beyondBytes) return;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: Collection) => void;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', flavor: 'last-resort' });
}
