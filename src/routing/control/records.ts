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

/** The difference between two sets of records. */
export interface RecordChange {
  readonly put: readonly WireRecord[];
  readonly remove: readonly { readonly kind: RecordKind; readonly name: string }[];
}

/** All records of one build. */
export class RecordSet {
  readonly #records = new Map<RecordKind, Map<string, WireRecord>>();

  add(record: WireRecord): void {
    let ofKind = this.#records.get(record.kind);
    if (!ofKind) this.#records.set(record.kind, (ofKind = new Map()));
    ofKind.set(record.name, record);
  }

  get(kind: RecordKind, name: string): WireRecord | undefined {
    return this.#records.get(kind)?.get(name);
  }

  *[Symbol.iterator](): Generator<WireRecord> {
    for (const ofKind of this.#records.values()) yield* ofKind.values();
  }

  /** What turns `last` into this. */
  since(last: RecordSet): RecordChange {
    const put = [...this].filter((record) => {
      const known = last.get(record.kind, record.name);
      return known !== record && known?.hash !== record.hash;
    });
    const remove = [...last].filter(({ kind, name }) => this.get(kind, name) === undefined);
    return { put, remove: remove.map(({ kind, name }) => ({ kind, name })) };
  }
}
