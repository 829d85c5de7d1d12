import type { StaticConfiguration } from './static-configuration.ts';
import type { Objection } from './validate.ts';

/** What Prometheus would refuse, or count wrongly. */
export function prometheusObjections({ metrics }: StaticConfiguration): Objection[] {
  const prometheus = metrics?.prometheus;
  if (!prometheus) return [];
  const { buckets, headerLabels } = prometheus;
  return [...bucketObjections(buckets), ...Object.keys(headerLabels).flatMap(labelObjections)];
}

function bucketObjections(written: readonly string[]): Objection[] {
  const bounds = written.map(Number);
  const isSound = bounds.every(
    (bound, index) => Number.isFinite(bound) && (index === 0 || bound > bounds[index - 1]!),
  );
  if (isSound) return [];
  const text = `metrics.prometheus.buckets is ${JSON.stringify(written.join(','))}, no row of growing numbers.`;
  return [{ path: ['metrics', 'prometheus', 'buckets'], severity: 'error', text }];
}

/** Labels of the series themselves. */
const taken = ['code', 'method', 'protocol', 'entrypoint', 'router', 'service'];

function labelObjections(label: string): Objection[] {
  const isSound = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) && !taken.includes(label);
  if (isSound) return [];
  const text = `metrics.prometheus.headerLabels names ${JSON.stringify(label)}, which cannot be a label.`;
  const remedy = `Take letters, digits and _, and none of ${taken.join(', ')}.`;
  return [{ path: ['metrics', 'prometheus', 'headerLabels', label], severity: 'error', text, remedy }];
}
