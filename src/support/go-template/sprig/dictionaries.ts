import { define, defineRest, type TemplateFunctions } from '../functions.ts';
import { plain } from '../print.ts';
import { TemplateError } from '../template-error.ts';
import { Dictionary, isList, isTrue, type Value } from '../values.ts';

const merge = defineRest(['dict'], 'dict', (target, ...sources) => merged(target, sources, false));
const mergeOverwrite = defineRest(['dict'], 'dict', (target, ...sources) => merged(target, sources, true));
const deepCopy = define(['any'], copied);

export const dictionaryFunctions: TemplateFunctions = {
  dict: defineRest([], 'any', dictionary),
  get: define(['dict', 'string'], (from, key) => from.get(key) ?? ''),
  set: define(['dict', 'string', 'any'], (target, key, value) => target.set(key, value) as Dictionary),
  unset: define(['dict', 'string'], (target, key) => (target.delete(key), target)),
  hasKey: define(['dict', 'string'], (from, key) => from.has(key)),
  pluck: defineRest(['string'], 'dict', (key, ...from) =>
    from.filter((one) => one.has(key)).map((one) => one.get(key)!),
  ),
  // In Go the order of keys and values is random; sorted is one of the orders it may be.
  keys: defineRest([], 'dict', (...from) => from.flatMap((one) => one.sortedKeys())),
  values: define(['dict'], (from) => from.sortedKeys().map((key) => from.get(key)!)),
  pick: defineRest(['dict'], 'string', (from, ...keys) => filtered(from, (key) => keys.includes(key))),
  omit: defineRest(['dict'], 'string', (from, ...keys) => filtered(from, (key) => !keys.includes(key))),
  merge,
  mustMerge: merge,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
  deepCopy,
  mustDeepCopy: deepCopy,
  dig: defineRest([], 'any', dig),
};

function dictionary(...pairs: Value[]): Dictionary {
  const result = new Dictionary();
  for (let index = 0; index < pairs.length; index += 2)
    result.set(plain(pairs[index]!), pairs[index + 1] ?? '');
  return result;
}

function filtered(from: Dictionary, keeps: (key: string) => boolean): Dictionary {
  return new Dictionary(
    [...from].filter(([key]) => keeps(key)),
    from.zero,
  );
}

/** Fills what the target lacks, dictionary by dictionary; or lets every source win over what was there. */
function merged(target: Dictionary, sources: readonly Dictionary[], overwrites: boolean): Dictionary {
  for (const source of sources) {
    for (const [key, value] of source) {
      const present = target.get(key) ?? null;
      if (present instanceof Dictionary && value instanceof Dictionary) merged(present, [value], overwrites);
      else if (!isTrue(present) || (overwrites && isTrue(value))) target.set(key, value);
    }
  }
  return target;
}

function copied(value: Value): Value {
  if (isList(value)) return value.map(copied);
  if (!(value instanceof Dictionary)) return value;
  return new Dictionary(
    [...value].map(([key, item]) => [key, copied(item)]),
    value.zero,
  );
}

/** `dig "a" "b" default dictionary`. */
function dig(...args: Value[]): Value {
  const [from, fallback, ...path] = args.toReversed();
  if (args.length < 3 || !(from instanceof Dictionary))
    throw new TemplateError('dig needs keys, a default and a dict');
  let value: Value = from;
  for (const key of path.toReversed()) {
    if (!(value instanceof Dictionary))
      throw new TemplateError(`dig: ${plain(key)} is looked for in no dict`);
    if (!value.has(plain(key))) return fallback!;
    value = value.get(plain(key))!;
  }
  return value;
}
