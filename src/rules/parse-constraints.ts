import { GoRegexpError, goRegexp } from '../support/go-regexp.ts';
import { compile } from './compile.ts';
import type { Call } from './expression/expression.ts';
import { parseExpression } from './expression/parse-expression.ts';
import type { Matcher } from './matcher.ts';
import { RuleMistake, type RuleProblem, withProblem } from './rule-problem.ts';

export type Labels = Readonly<Record<string, string>>;

/** Which containers a provider looks at, by their labels. */
export interface Constraints {
  accepts(labels: Labels): boolean;
}

/** Reads `Label` and `LabelRegex` joined by `&&`, `||` and `!`. An empty text accepts everything. */
export function parseConstraints(text: string): Constraints | { problem: RuleProblem } {
  if (text === '') return { accepts: () => true };
  return withProblem(text, () => {
    const matcher = compile(parseExpression(text), labelMatcher);
    return { accepts: (labels: Labels) => matcher.matches(labels) };
  });
}

function labelMatcher({ name, args }: Call): Matcher<Labels> {
  if (name !== 'Label' && name !== 'LabelRegex') {
    throw new RuleMistake(`There is no function ${name}.`, {
      remedy: 'Use Label(`key`, `value`) or LabelRegex(`key`, `pattern`).',
    });
  }
  const [key, value] = args;
  if (key === undefined || value === undefined || args.length > 2) {
    throw new RuleMistake(`${name} takes 2 values, not ${args.length}.`, {
      remedy: `Write ${name}(\`key\`, \`value\`).`,
    });
  }
  const accepts = name === 'Label' ? (label: string) => label === value : patternTest(value);
  return { matches: (labels) => accepts(Object.hasOwn(labels, key) ? labels[key]! : '') };
}

/** A broken pattern matches nothing, as in Traefik. */
function patternTest(pattern: string): (label: string) => boolean {
  try {
    const regexp = goRegexp(pattern);
    return (label) => regexp.test(label);
  } catch (error) {
    if (error instanceof GoRegexpError) return () => false;
    throw error;
  }
}
