/**
 * The view of a zod schema that all walkers of this room share: kinds, fields by name, elements, what an option is
 * when nobody names it. Built once per schema.
 */
import type { z } from 'zod';
import { type OptionMeta, optionMeta } from './options.ts';

export interface Option {
  readonly kind: OptionMeta['kind'];
  readonly meta: OptionMeta;
  /** Without `optional` and `default`: checks a decoded value. */
  readonly schema: z.ZodType;
  readonly optional: boolean;
  /** The schema says more of a value than its kind does. */
  readonly checked: boolean;
  readonly fields: readonly Field[];
  /** Of a list of structures or a map. */
  readonly element: Option | undefined;
  /** The value when nothing is written. */
  absent(): unknown;
  /** Letter case does not count. */
  field(name: string): Field | undefined;
  /** The same in labels, where a list of structures can have a singular name. */
  labelField(name: string): Field | undefined;
}

export interface Field {
  readonly name: string;
  readonly option: Option;
}

const known = new WeakMap<z.ZodType, Option>();

export function optionOf(schema: z.ZodType): Option {
  let option = known.get(schema);
  if (!option) {
    option = new SchemaOption(schema);
    known.set(schema, option);
  }
  return option;
}

/** What is read of zod's own description of a schema. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly defaultValue?: unknown;
  readonly checks?: readonly unknown[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
}

const definitionOf = (schema: z.ZodType) => schema.def as unknown as Definition;

class SchemaOption implements Option {
  readonly schema: z.ZodType;
  readonly kind: OptionMeta['kind'];
  readonly meta: OptionMeta;
  readonly optional: boolean;
  readonly checked: boolean;
  readonly #fallback: z.ZodType | undefined;
  #fields: readonly Field[] | undefined;
  #byName: Map<string, Field> | undefined;
  #byLabel: Map<string, Field> | undefined;

  constructor(schema: z.ZodType) {
    const { inner, optional, fallback } = unwrap(schema);
    const meta = optionMeta.get(inner);
    if (!meta) throw new TypeError(`Not declared with the words of options.ts: ${definitionOf(inner).type}.`);
    const { type, checks } = definitionOf(inner);
    this.schema = inner;
    this.meta = meta;
    this.kind = meta.kind;
    this.optional = optional;
    this.checked = type === 'enum' || (checks?.length ?? 0) > 0;
    this.#fallback = fallback;
  }

  get fields(): readonly Field[] {
    const shape = definitionOf(this.schema).shape ?? {};
    this.#fields ??= Object.entries(shape).map(([name, schema]) => ({ name, option: optionOf(schema) }));
    return this.#fields;
  }

  get element(): Option | undefined {
    const { element, valueType } = definitionOf(this.schema);
    if (this.kind === 'structures') return optionOf(element as z.ZodType);
    return this.kind === 'map' ? optionOf(valueType as z.ZodType) : undefined;
  }

  absent(): unknown {
    if (this.#fallback) return copyOf(definitionOf(this.#fallback).defaultValue);
    return this.optional ? undefined : zeroOf(this);
  }

  field(name: string): Field | undefined {
    this.#byName ??= new Map(this.fields.map((field) => [field.name.toLowerCase(), field]));
    return this.#byName.get(name.toLowerCase());
  }

  labelField(name: string): Field | undefined {
    this.#byLabel ??= new Map(this.fields.map((field) => [labelNameOf(field).toLowerCase(), field]));
    return this.#byLabel.get(name.toLowerCase());
  }
}

export const labelNameOf = (field: Field): string => field.option.meta.labelName ?? field.name;

/** One value, or several that one text can hold. */
export const isScalar = ({ kind }: Option): boolean =>
  !['structure', 'structures', 'map', 'free'].includes(kind);

function unwrap(schema: z.ZodType): { inner: z.ZodType; optional: boolean; fallback: z.ZodType | undefined } {
  let inner = schema;
  let optional = false;
  let fallback: z.ZodType | undefined;
  for (;;) {
    const { type, innerType, getter } = definitionOf(inner);
    if (type === 'optional') optional = true;
    if (type === 'default') fallback ??= inner;
    const next = type === 'lazy' ? getter?.() : innerType;
    if (!next) return { inner, optional, fallback };
    inner = next;
  }
}

/** Nobody may change the default of the others. */
const copyOf = (value: unknown) => (typeof value === 'object' ? structuredClone(value) : value);

function zeroOf(option: Option): unknown {
  switch (option.kind) {
    case 'text':
      return '';
    case 'flag':
      return false;
    case 'integer':
    case 'decimal':
    case 'duration':
      return 0;
    case 'int64':
      return 0n;
    case 'list':
    case 'structures':
      return [];
    case 'map':
    case 'free':
      return {};
    case 'structure':
      return emptyStructure(option);
  }
}

/** A structure of which nothing is written. */
export function emptyStructure(option: Option): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const field of option.fields) {
    const absent = field.option.absent();
    if (absent !== undefined) value[field.name] = absent;
  }
  return value;
}
