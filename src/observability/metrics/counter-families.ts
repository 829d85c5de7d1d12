import { type CounterName, counterNames } from './counter-names.ts';
import type { Family } from './text-format.ts';
import type { Total } from './totals.ts';

/** The program's own counters; one without labels is there from the beginning. */
export function counterFamilies(totals: readonly Total[]): Family[] {
  const named = Map.groupBy(totals, ({ series }) => series.name);
  return Object.entries(counterNames).map(([name, { labels, help }]) => {
    const counted = (named.get(name) ?? []).map(({ series, rows }) => ({
      labels: series.labels,
      value: rows.get(1)?.[0] ?? 0,
    }));
    const samples = counted.length === 0 && labels.length === 0 ? [{ labels: {}, value: 0 }] : counted;
    return { name: counterTitle(name as CounterName), type: 'counter', help, samples };
  });
}

/** As it is shown. */
export const counterTitle = (name: CounterName): string => `fairlead_${name}_total`;
