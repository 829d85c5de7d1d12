import type { WireRecord } from '../../model/wire.ts';
import { Memo, type Tracker } from './memo.ts';
import type { RecordSet } from './records.ts';

/** What all builds share. */
export interface BuildSurroundings {
  readonly tracker: Tracker;
  readonly records: RecordSet;
}

/** A memo whose results bring their record along, and take it away again. */
export function recordingMemo<T extends { readonly record: WireRecord | undefined }>({
  tracker,
  records,
}: BuildSurroundings): Memo<T> {
  return new Memo<T>({
    tracker,
    onMade: ({ record }) => record && records.add(record),
    onForgotten: ({ record }) => record && records.remove(record),
  });
}
