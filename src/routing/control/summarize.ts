import type { WireRecord } from '../../model/wire.ts';
import type { RecordChange, RecordSet } from './records.ts';

/** What a change is about, for people: `router web@docker`. */
export interface Summary {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** `last` is the set of records before the change. */
export function summarize({ put, remove }: RecordChange, last: RecordSet): Summary {
  const known = (record: Pick<WireRecord, 'kind' | 'name'>) =>
    last.get(record.kind, record.name) !== undefined;
  return {
    added: titles(put.filter((record) => !known(record))),
    changed: titles(put.filter(known)),
    removed: titles(remove),
  };
}

const shown = new Set<string>(['router', 'service', 'middleware', 'serversTransport']);

/** A router stands once for each of its entry points; people know it as one. */
function titles(records: readonly Pick<WireRecord, 'kind' | 'name'>[]): string[] {
  const named = records.filter(({ kind }) => shown.has(kind));
  return [...new Set(named.map(({ kind, name }) => `${kind} ${name.split(' ')[0]}`))];
}
