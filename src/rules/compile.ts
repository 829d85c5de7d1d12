import type { Call, Expression } from './expression/expression.ts';
import type { Matcher } from './matcher.ts';
import { RuleMistake } from './rule-problem.ts';

/** Makes the matcher of one call. Throws `RuleMistake`. */
export type CallCompiler<Subject> = (call: Call) => Matcher<Subject>;

/** One matcher for a whole expression. */
export function compile<Subject>(expression: Expression, matcherOf: CallCompiler<Subject>): Matcher<Subject> {
  switch (expression.kind) {
    case 'call':
      return located(expression, matcherOf);
    case 'not':
      return negated(compile(expression.operand, matcherOf));
    case 'and':
      return all(expression.operands.map((operand) => compile(operand, matcherOf)));
    case 'or':
      return any(expression.operands.map((operand) => compile(operand, matcherOf)));
  }
}

/** Every call of an expression, in the order of the text. */
export function calls(expression: Expression): Call[] {
  if (expression.kind === 'call') return [expression];
  return expression.kind === 'not' ? calls(expression.operand) : expression.operands.flatMap(calls);
}

function located<Subject>(call: Call, matcherOf: CallCompiler<Subject>): Matcher<Subject> {
  try {
    return matcherOf(call);
  } catch (error) {
    if (error instanceof RuleMistake) error.offset ??= call.offset;
    throw error;
  }
}

function negated<Subject>(matcher: Matcher<Subject>): Matcher<Subject> {
  return { matches: (subject) => !matcher.matches(subject) };
}

function all<Subject>(matchers: readonly Matcher<Subject>[]): Matcher<Subject> {
  const matches = (subject: Subject) => {
    for (const matcher of matchers) if (!matcher.matches(subject)) return false;
    return true;
  };
  const hosts = fewest(matchers.map((matcher) => matcher.hosts));
  return hosts === undefined ? { matches } : { matches, hosts };
}

function fewest(lists: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const known = lists.filter((list) => list !== undefined);
  return known.toSorted((one, other) => one.length - other.length)[0];
}

function any<Subject>(matchers: readonly Matcher<Subject>[]): Matcher<Subject> {
  const matches = (subject: Subject) => {
    for (const matcher of matchers) if (matcher.matches(subject)) return true;
    return false;
  };
  if (matchers.some(({ hosts }) => hosts === undefined)) return { matches };
  return { matches, hosts: [...new Set(matchers.flatMap(({ hosts }) => hosts!))] };
}
