import { define, defineRest, type TemplateFunction, type TemplateFunctions } from '../functions.ts';
import { TemplateError } from '../template-error.ts';
import { byBytes, equalValues, isList, isTrue, type Value } from '../values.ts';
import { texts } from './strings.ts';

const list = defineRest([], 'any', (...items) => items);

export const listFunctions: TemplateFunctions = {
  list,
  tuple: list,
  ...must({
    append: define(['list', 'any'], (items, item) => [...items, item]),
    push: define(['list', 'any'], (items, item) => [...items, item]),
    prepend: define(['list', 'any'], (items, item) => [item, ...items]),
    first: define(['list'], (items) => items[0] ?? null),
    rest: define(['list'], (items) => items.slice(1)),
    last: define(['list'], (items) => items.at(-1) ?? null),
    initial: define(['list'], (items) => items.slice(0, -1)),
    reverse: define(['list'], (items) => items.toReversed()),
    uniq: define(['list'], (items) => items.filter((item, index) => indexOf(items, item) === index)),
    without: defineRest(['list'], 'any', (items, ...others) =>
      items.filter((item) => indexOf(others, item) === -1),
    ),
    has: define(['any', 'any'], has),
    slice: defineRest(['list'], 'any', part),
    compact: define(['list'], (items) => items.filter(isTrue)),
    chunk: define(['int', 'list'], chunks),
  }),
  concat: defineRest([], 'list', (...lists) => lists.flat(1)),
  sortAlpha: define(['any'], (value) => texts(value).sort(byBytes)),
};

/** Each function also under its `must` name; here both report mistakes. */
export function must(functions: TemplateFunctions): TemplateFunctions {
  const named = Object.entries(functions).flatMap(([name, run]): [string, TemplateFunction][] => [
    [name, run],
    [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`, run],
  ]);
  return Object.fromEntries(named);
}

function indexOf(items: readonly Value[], wanted: Value): number {
  return items.findIndex((item) => equalValues(item, wanted));
}

function has(needle: Value, haystack: Value): boolean {
  if (haystack === null) return false;
  if (!isList(haystack)) throw new TemplateError('cannot find has on something that is no list');
  return indexOf(haystack, needle) !== -1;
}

function part(items: readonly Value[], ...bounds: Value[]): Value {
  const [start = 0n, end = BigInt(items.length)] = bounds;
  if (
    typeof start !== 'bigint' ||
    typeof end !== 'bigint' ||
    start < 0n ||
    start > end ||
    end > items.length
  ) {
    throw new TemplateError('slice bounds out of range');
  }
  return items.slice(Number(start), Number(end));
}

function chunks(size: bigint, items: readonly Value[]): Value {
  const step = Math.max(1, Number(size));
  const count = Math.ceil(items.length / step);
  return Array.from({ length: count }, (_, index) => items.slice(index * step, (index + 1) * step));
}
