import type { WireRecord } from '../../model/wire.ts';
import type { CellLeases } from './cell-leases.ts';
import { Memo, type MemoInit, type Tracker } from './memo.ts';
import type { RecordSet } from './records.ts';

/** What all builds share. */
export interface BuildSurroundings {
  readonly tracker: Tracker;
  readonly records: RecordSet;
}

interface Recorded {
  readonly record: WireRecord | undefined;
  /** Of the cells it holds. */
  readonly cellIdentities?: readonly string[];
}

/** A memo whose results bring their record along, and take it away again with the cells they hold. */
export function recordingMemo<T extends Recorded>(
  { tracker, records }: BuildSurroundings,
  { cells, isNotable = () => false }: Partial<Pick<MemoInit<T>, 'isNotable'>> & { cells?: CellLeases } = {},
): Memo<T> {
  return new Memo<T>({
    tracker,
    isNotable,
    onMade: ({ record }) => record && records.add(record),
    onForgotten: ({ record, cellIdentities = [] }) => {
      if (record) records.remove(record);
      for (const identity of cellIdentities) cells?.giveUp(identity);
    },
  });
}
