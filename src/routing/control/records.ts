import { hash } from 'node:crypto';
import type { RecordKind, WireRecord } from '../../model/wire.ts';

type RecordOf<Kind extends RecordKind> = Extract<WireRecord, { readonly kind: Kind }>;

/** The hash stands for the content: equal content, equal hash, in whatever build. */
export function makeRecord<Kind extends RecordKind>(
  kind: Kind,
  name: string,
  value: RecordOf<Kind>['value'],
): RecordOf<Kind> {
  return { kind, name, hash: contentHash(value), value } as unknown as RecordOf<Kind>;
}

export function contentHash(value: unknown): string {
  return hash(
    'sha1',
    JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}n` : item)),
  );
}

type RecordName = Pick<WireRecord, 'kind' | 'name'>;

/** What turns one set of records into the next. */
export interface RecordChange {
  readonly put: readonly WireRecord[];
  readonly remove: readonly RecordName[];
}

/** What a change is about, for people: `router web@docker`. */
export interface Summary {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

interface Touched extends RecordName {
  readonly before: WireRecord | undefined;
}

/** All records, and what has become of them since the last look. */
export class RecordSet {
  readonly #records = new Map<RecordKind, Map<string, WireRecord>>();
  readonly #touched = new Map<string, Touched>();

  add(record: WireRecord): void {
    this.#touch(record);
    this.#of(record.kind).set(record.name, record);
  }

  remove(record: RecordName): void {
    this.#touch(record);
    this.#of(record.kind).delete(record.name);
  }

  /** From now on these and no others are there of their kind. */
  replaceKind(kind: RecordKind, records: readonly WireRecord[]): void {
    const names = new Set(records.map(({ name }) => name));
    const others = [...this.#of(kind).values()].filter(({ name }) => !names.has(name));
    for (const record of others) this.remove(record);
    for (const record of records) this.add(record);
  }

  /** The change since the last call. */
  take(): RecordChange & { readonly summary: Summary } {
    const put: WireRecord[] = [];
    const removed: WireRecord[] = [];
    const known = new Set<WireRecord>();
    for (const { kind, name, before } of this.#touched.values()) {
      const after = this.#of(kind).get(name);
      if (after && after.hash !== before?.hash) put.push(after);
      if (before && !after) removed.push(before);
      if (before && after && after.hash !== before.hash) known.add(after);
    }
    this.#touched.clear();
    const added = put.filter((record) => !known.has(record));
    return {
      put,
      remove: removed.map(({ kind, name }) => ({ kind, name })),
      summary: { added: titles(added), changed: titles([...known]), removed: titles(removed) },
    };
  }

  #touch({ kind, name }: RecordName): void {
    const key = `${kind} ${name}`;
    if (!this.#touched.has(key)) this.#touched.set(key, { kind, name, before: this.#of(kind).get(name) });
  }

  #of(kind: RecordKind): Map<string, WireRecord> {
    let records = this.#records.get(kind);
    if (!records) this.#records.set(kind, (records = new Map()));
    return records;
  }
}

const titles = (records: readonly WireRecord[]): string[] => [...new Set(records.map(titleOf))];

/** A router stands once for each of its entry points, and people know it as one; a certificate goes by its names. */
function titleOf(record: WireRecord): string {
  if (record.kind === 'router' || record.kind === 'tcpRouter' || record.kind === 'udpRouter')
    return `${wordOf(record.kind)} ${record.value.router}`;
  if (record.kind === 'certificate') return `certificate ${record.value.names.join(', ')}`;
  return record.kind === 'tls' ? 'TLS options' : `${wordOf(record.kind)} ${record.name}`;
}

/** `tcpRouter` is written as people say it: `tcp router`. */
const wordOf = (kind: RecordKind): string =>
  kind.replace(
    /^(tcp|udp)([A-Z])/,
    (_, protocol: string, letter: string) => `${protocol} ${letter.toLowerCase()}`,
  );
