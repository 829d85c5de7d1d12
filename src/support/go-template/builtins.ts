import { queryEscaped } from '../query-escape.ts';
import { define, defineRest, type TemplateFunctions } from './functions.ts';
import { concatenated, plain } from './print.ts';
import { sprintf } from './printf.ts';
import { TemplateError } from './template-error.ts';
import { Dictionary, isList, isTrue, typeName, type Value } from './values.ts';

/** The functions that every template knows. */
export const builtins: TemplateFunctions = {
  // `and` and `or` do not look at all of their arguments: the evaluator carries them out.
  and: define([], () => null),
  or: define([], () => null),
  not: define(['any'], (value) => !isTrue(value)),
  len: define(['any'], length),
  index: defineRest(['any'], 'any', (value, ...keys) => keys.reduce(item, value)),
  slice: defineRest(['any'], 'int', sliced),
  print: defineRest([], 'any', (...values) => concatenated(values)),
  printf: defineRest(['string'], 'any', (format, ...values) => sprintf(format, values)),
  println: defineRest([], 'any', (...values) => `${values.map(plain).join(' ')}\n`),
  html: defineRest([], 'any', (...values) => escaped(joined(values), HTML)),
  js: defineRest([], 'any', (...values) => escaped(joined(values), JS)),
  urlquery: defineRest([], 'any', (...values) => queryEscaped(joined(values))),
  eq: defineRest(['any', 'any'], 'any', (first, ...others) => others.some((other) => equal(first, other))),
  ne: define(['any', 'any'], (one, other) => !equal(one, other)),
  lt: define(['any', 'any'], (one, other) => order(one, other) < 0),
  le: define(['any', 'any'], (one, other) => order(one, other) <= 0),
  gt: define(['any', 'any'], (one, other) => order(one, other) > 0),
  ge: define(['any', 'any'], (one, other) => order(one, other) >= 0),
};

function length(value: Value): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (isList(value)) return BigInt(value.length);
  if (value instanceof Dictionary) return BigInt(value.size);
  throw new TemplateError(`len of ${value === null ? 'nil pointer' : `type ${typeName(value)}`}`);
}

function item(value: Value, key: Value): Value {
  if (value instanceof Dictionary) {
    if (typeof key !== 'string') throw new TemplateError(`value has type ${typeName(key)}; should be string`);
    return value.get(key) ?? value.zero;
  }
  if (value === null) throw new TemplateError('index of untyped nil');
  if (!isList(value) && typeof value !== 'string')
    throw new TemplateError(`can't index item of type ${typeName(value)}`);
  const items = typeof value === 'string' ? [...Buffer.from(value)].map(BigInt) : value;
  if (typeof key !== 'bigint') throw new TemplateError(`cannot index slice/array with type ${typeName(key)}`);
  if (key < 0n || key >= items.length) throw new TemplateError(`index out of range: ${key}`);
  return items[Number(key)]!;
}

function sliced(value: Value, ...indexes: bigint[]): Value {
  if (!isList(value) && typeof value !== 'string')
    throw new TemplateError(`can't slice item of type ${typeName(value)}`);
  const items = typeof value === 'string' ? Buffer.from(value) : value;
  const [start = 0n, end = BigInt(items.length)] = indexes;
  if (start < 0n || start > end || end > items.length)
    throw new TemplateError(`index out of range: ${start}:${end}`);
  const part = items.slice(Number(start), Number(end));
  return Buffer.isBuffer(part) ? part.toString('utf8') : (part as readonly Value[]);
}

function equal(one: Value, other: Value): boolean {
  if (one === null || other === null) return one === other;
  if (typeof one !== typeof other) throw incompatible(one, other);
  if (typeof one === 'object') throw new TemplateError(`non-comparable type ${typeName(one)}`);
  return one === other;
}

function order(one: Value, other: Value): number {
  for (const value of [one, other]) {
    if (value === null || typeof value === 'object' || typeof value === 'boolean') {
      throw new TemplateError('invalid type for comparison');
    }
  }
  if (typeof one !== typeof other) throw incompatible(one, other);
  if (typeof one === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(other as string));
  return one! < other! ? -1 : one! > other! ? 1 : 0;
}

function incompatible(one: Value, other: Value): TemplateError {
  return new TemplateError(`incompatible types for comparison: ${typeName(one)} and ${typeName(other)}`);
}

function joined(values: readonly Value[]): string {
  return values.length === 1 && values[0] === null ? '<no value>' : concatenated(values);
}

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};
const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
  '\n': '\\u000A',
};

function escaped(text: string, replacements: Readonly<Record<string, string>>): string {
  return text.replace(/[^\w ]/g, (character) => replacements[character] ?? character);
}
