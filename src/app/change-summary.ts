import type { RecordKind, WireRecord } from '../model/wire.ts';
import type { PlannedChange } from './change-loop.ts';

/** Names of routers, services and middlewares, as people know them. */
export interface ChangeSummary {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Knows what is there, so that it can tell what is new. */
export class ChangeSummaries {
  readonly #known = new Map<string, string>();

  next({ put, remove }: PlannedChange): ChangeSummary {
    const summary = { added: new Set<string>(), changed: new Set<string>(), removed: new Set<string>() };
    for (const record of put) {
      const key = keyOf(record);
      const title = titleOf(record);
      summary[this.#known.has(key) ? 'changed' : 'added'].add(title);
      this.#known.set(key, title);
    }
    for (const record of remove) {
      const key = keyOf(record);
      summary.removed.add(this.#known.get(key) ?? key);
      this.#known.delete(key);
    }
    return { added: [...summary.added], changed: [...summary.changed], removed: [...summary.removed] };
  }
}

const keyOf = ({ kind, name }: { kind: RecordKind; name: string }): string => `${kind} ${name}`;

/** A router has a record for each of its entry points; a certificate goes by what it is for. */
function titleOf(record: WireRecord): string {
  if (record.kind === 'router') return `router ${record.value.router}`;
  if (record.kind === 'certificate') return `certificate ${record.value.names.join(', ')}`;
  return record.kind === 'tls' ? 'TLS options' : `${record.kind} ${record.name}`;
}
