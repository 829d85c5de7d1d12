import type { Handler, Middleware } from '../../model/exchange.ts';
import type { RecordKind, RouterRecord, TransportRecord, WireRecord } from '../../model/wire.ts';
import type { HttpRule } from '../../rules/parse-rule.ts';
import type { BuiltStream } from './stream-elements.ts';

/** What a worker makes of a record. */
export type Built =
  | BuiltStream
  | { readonly kind: 'serversTransport'; readonly transport: TransportRecord }
  | { readonly kind: 'service'; readonly handler: Handler; release(): void }
  | { readonly kind: 'middleware'; readonly middleware: Middleware; release(): void }
  | {
      readonly kind: 'router';
      readonly record: RouterRecord;
      readonly rule: HttpRule;
      readonly handler: Handler;
      release(): void;
    };

/** Kinds of records from which handlers are built; the others belong to the TLS room. */
export type BuiltKind = Built['kind'];
export type BuiltOf<Kind extends BuiltKind> = Extract<Built, { kind: Kind }>;
export type HandlerRecord = Extract<WireRecord, { kind: BuiltKind }>;

/** One record with what was built from it. */
export interface Element {
  readonly record: HandlerRecord;
  /** Absent when building failed. */
  readonly built: Built | undefined;
  /** Keys of the elements it was built from. */
  readonly needs: readonly string[];
}

export function elementKey(kind: RecordKind, name: string): string {
  return `${kind} ${name}`;
}
