import { define, defineRest, type TemplateFunctions } from '../functions.ts';
import { TemplateError } from '../template-error.ts';
import { equalValues, isTrue, kindName, typeName } from '../values.ts';

export const defaultFunctions: TemplateFunctions = {
  default: defineRest(['any'], 'any', (fallback, given = null) => (isTrue(given) ? given : fallback)),
  empty: define(['any'], (value) => !isTrue(value)),
  coalesce: defineRest([], 'any', (...values) => values.find(isTrue) ?? null),
  all: defineRest([], 'any', (...values) => values.every(isTrue)),
  any: defineRest([], 'any', (...values) => values.some(isTrue)),
  ternary: define(['any', 'any', 'bool'], (yes, no, condition) => (condition ? yes : no)),
  typeOf: define(['any'], typeName),
  typeIs: define(['string', 'any'], (name, value) => typeName(value) === name),
  typeIsLike: define(['string', 'any'], (name, value) => typeName(value) === name),
  kindOf: define(['any'], kindName),
  kindIs: define(['string', 'any'], (name, value) => kindName(value) === name),
  deepEqual: define(['any', 'any'], equalValues),
  hello: define([], () => 'Hello!'),
  fail: define(['string'], (message) => {
    throw new TemplateError(message);
  }),
};
