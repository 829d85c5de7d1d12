/**
 * Header fields in order, with duplicates and spelling, as they stood on the wire.
 *
 * Names are looked up without regard to case; pass them in the spelling you want to send.
 * Implementations edit lazily: an untouched list costs nothing.
 */
export interface Headers extends Iterable<readonly [name: string, value: string]> {
  /** All fields as they would be sent by HTTP/1.1, `Name: value` and CRLF each, in latin1. */
  readonly lines: string;
  /** The same, in the way that costs least. */
  writeTo(sink: LineSink): void;
  /** The first value, or undefined. */
  get(name: string): string | undefined;
  getAll(name: string): string[];
  has(name: string): boolean;
  /** Replaces all fields of that name by one. */
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  delete(name: string): void;
}

/** Whoever writes fields. */
export interface LineSink {
  lines(text: string): void;
  /** Lines that are likely to come again: by the object they are known without being read. */
  recurring(fields: RecurringFields): void;
}

export interface RecurringFields {
  readonly lines: string;
}
