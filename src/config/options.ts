/**
 * The words in which every room declares its options. Each is a zod schema, so that `z.output` gives the type
 * the code works with; what zod cannot say (how Traefik spells it in labels and shows it in its API) stands in
 * `optionMeta`. From an assembled schema this room derives files, flags, variables, labels, JSON Schema, docs.
 *
 * An option that is neither `.optional()` nor has a `.default()` starts as its zero value: '', false, 0, an empty
 * list, a structure of its own defaults. An optional structure gets its defaults once any of its options is named.
 */
import { z } from 'zod';

/** What the walkers need to know of an option beyond its zod type. */
export interface OptionMeta {
  readonly kind:
    | 'text'
    | 'flag'
    | 'integer'
    | 'int64'
    | 'decimal'
    | 'duration'
    | 'list'
    | 'structures'
    | 'map'
    | 'structure'
    | 'free';
  /** A structure that may be written as a leaf: `tls=true`, `docker: {}`. */
  readonly allowEmpty?: boolean;
  /** Known, but dropped when it comes from labels. */
  readonly hiddenInLabels?: boolean;
  /** In labels a list of structures goes by this singular name and always has exactly one element. */
  readonly labelName?: string;
  /** Never shown by an API, never logged. */
  readonly secret?: boolean;
  /** Shown by the API even when false, 0 or empty. */
  readonly alwaysShown?: boolean;
  /** Traefik knows it, we do not have it yet: a warning, a problem, and what depends on it fails closed. */
  readonly notYet?: string;
}

export const optionMeta = z.registry<OptionMeta>();

type Extra = Omit<OptionMeta, 'kind'>;

function declare<T extends z.ZodType>(schema: T, kind: OptionMeta['kind'], extra: Extra = {}): T {
  optionMeta.add(schema, { kind, ...extra });
  return schema;
}

export const text = (extra?: Extra) => declare(z.string(), 'text', extra);
export const flag = (extra?: Extra) => declare(z.boolean(), 'flag', extra);
export const integer = (extra?: Extra) => declare(z.int(), 'integer', extra);
/** 64 bits, for priorities. */
export const int64 = (extra?: Extra) => declare(z.bigint(), 'int64', extra);
export const decimal = (extra?: Extra) => declare(z.number(), 'decimal', extra);
/** Milliseconds, fractions allowed. Written as integer seconds or as a Go duration (`1h2m3.5s`, `100ms`). */
export const duration = (extra?: Extra) => declare(z.number(), 'duration', extra);
/** Scalars; one comma-separated text is as good as a list. */
export const list = (extra?: Extra) => declare(z.array(z.string()), 'list', extra);
export const structures = <T extends z.ZodObject>(element: T, extra?: Extra) =>
  declare(z.array(element), 'structures', extra);
/** Free keys. */
export const map = <T extends z.ZodType>(value: T, extra?: Extra) =>
  declare(z.record(z.string(), value), 'map', extra);
export const structure = <T extends z.ZodRawShape>(shape: T, extra?: Extra) =>
  declare(z.strictObject(shape), 'structure', extra);
/** Anything: plugin configuration. Leaves from labels are strings. */
export const free = (extra?: Extra) => declare(z.record(z.string(), z.unknown()), 'free', extra);
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T, extra?: Extra) =>
  declare(z.enum(values), 'text', extra);
