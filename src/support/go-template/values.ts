import { TemplateError } from './template-error.ts';

/**
 * What a template works on: bigint for Go's integers, number for its floats, null for nil and for what is
 * not there, arrays, `Dictionary` for maps, and plain objects for structs.
 */
export type Value =
  | string
  | boolean
  | bigint
  | number
  | null
  | readonly Value[]
  | Dictionary
  | Struct
  | GoTime;

export interface Struct {
  readonly [field: string]: Value;
}

/** A map with text keys. */
export class Dictionary extends Map<string, Value> {
  /** What `index` yields for a key that is not there: `""` in a map of texts, nil in a map of anything. */
  readonly zero: Value;

  constructor(entries: Iterable<readonly [string, Value]> = [], zero: Value = null) {
    super(entries);
    this.zero = zero;
  }

  sortedKeys(): string[] {
    return [...this.keys()].sort(byBytes);
  }
}

/** A point in time, told in a zone (`UTC`, `Local` or an IANA name). */
export class GoTime {
  readonly milliseconds: number;
  readonly zone: string;

  constructor(milliseconds: number, zone: string) {
    this.milliseconds = milliseconds;
    this.zone = zone;
  }
}

/** A map of texts, as container labels are. */
export function stringMap(record: Readonly<Record<string, string>>): Dictionary {
  return new Dictionary(Object.entries(record), '');
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether `if` takes it for true: not zero, not empty, not nil. */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (value instanceof Dictionary) return value.size > 0;
  return Boolean(value);
}

/** Go's name for the type. */
export function typeName(value: Value): string {
  if (value === null) return '<nil>';
  if (isList(value)) return '[]interface {}';
  if (value instanceof Dictionary) return value.zero === '' ? 'map[string]string' : 'map[string]interface {}';
  if (value instanceof GoTime) return 'time.Time';
  return SCALARS[typeof value] ?? 'struct';
}

/** Go's name for the kind of type. */
export function kindName(value: Value): string {
  if (value === null) return 'invalid';
  if (isList(value)) return 'slice';
  if (value instanceof Dictionary) return 'map';
  return SCALARS[typeof value] ?? 'struct';
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'bool',
  bigint: 'int',
  number: 'float64',
};

/** Go sorts texts by their bytes, which is the order of code points. */
export function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Deep equality that takes no account of where values lie. */
export function equalValues(one: Value, other: Value): boolean {
  if (isList(one)) {
    return (
      isList(other) &&
      one.length === other.length &&
      one.every((item, index) => equalValues(item, other[index]!))
    );
  }
  if (one instanceof Dictionary) {
    if (!(other instanceof Dictionary) || one.size !== other.size) return false;
    return [...one].every(([key, value]) => other.has(key) && equalValues(value, other.get(key)!));
  }
  if (one instanceof GoTime) return other instanceof GoTime && one.milliseconds === other.milliseconds;
  return one === other;
}

/** The field of a struct or the entry of a map; null for an entry that is not there. */
export function fieldOf(value: Value, name: string): Value {
  if (value instanceof Dictionary) return value.get(name) ?? null;
  if (value === null) throw new TemplateError(`nil has no field ${name}`);
  if (kindName(value) === 'struct' && !(value instanceof GoTime) && Object.hasOwn(value as Struct, name)) {
    return (value as Struct)[name]!;
  }
  throw new TemplateError(`can't evaluate field ${name} in type ${typeName(value)}`);
}
