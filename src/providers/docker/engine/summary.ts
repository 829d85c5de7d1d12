/** One line of the engine's container list: enough to tell whether the container must be inspected again. */
import { z } from 'zod';

export interface Summary {
  readonly id: string;
  /** Changes when the line changes, but not with the time that passes. */
  readonly fingerprint: string;
}

const line = z.looseObject({
  Id: z.string().min(1),
  Names: z.array(z.string()).catch([]),
  Status: z.string().catch(''),
  Ports: z.array(z.unknown()).catch([]),
});

export const summaryAnswer = z.array(line).transform((lines) => lines.map(summarize));

/** Lists that engines give in any order are sorted, the time in "Up 2 hours (healthy)" is left out. */
function summarize(summary: z.output<typeof line>): Summary {
  const { Id, Names, State, Labels, HostConfig, NetworkSettings, Health } = summary;
  const note = summary.Status.match(/\((?!\d)[^)]*\)/)?.[0] ?? '';
  const ports = summary.Ports.map((port) => JSON.stringify(port, sortedKeys)).sort();
  const parts = [Names.toSorted(), State, note, Health, Labels, HostConfig, NetworkSettings, ports];
  return { id: Id, fingerprint: JSON.stringify(parts, sortedKeys) };
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
